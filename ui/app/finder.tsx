import { lazy, Suspense, useState } from 'react'
import { useHasCluster } from './cluster.ts'
import { Icon } from './icons.tsx'
import { useWish } from './keys.tsx'
import { useWords } from './words.ts'

const FinderDialog = lazy(async () => ({ default: (await import('./finder-dialog.tsx')).FinderDialog }))
const onMac = navigator.platform.startsWith('Mac')

/** The way to anything by its name; what it searches loads when it is first opened. */
export function Finder() {
  const { words } = useWords()
  const [open, setOpen] = useState(false)
  useWish('find', () => setOpen(true))
  return (
    <>
      <button type="button" className="find" data-find onClick={() => setOpen(true)}>
        <Icon name="find" />
        <span>{useHasCluster() ? words.find.placeholderOfCluster : words.find.placeholder}</span>
        <kbd>{onMac ? '⌘ K' : 'Ctrl K'}</kbd>
      </button>
      {open && (
        <Suspense>
          <FinderDialog close={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  )
}
