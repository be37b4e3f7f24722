import { lazy, Suspense, useState, type ComponentProps } from 'react'
import { Icon } from './icons.tsx'
import { useAfterFirstPaint } from './idle.ts'
import { useWords } from './words.ts'

const SettingsMenu = lazy(async () => ({ default: (await import('./settings-menu.tsx')).SettingsMenu }))

/** The way to theme, language, clock and keys; the menu itself loads after the page. */
export function Settings() {
  const loaded = useAfterFirstPaint()
  const [asked, setAsked] = useState(false)
  const button = <SettingsButton onClick={() => setAsked(true)} />
  if (!loaded && !asked) return button
  return (
    <Suspense fallback={button}>
      <SettingsMenu opened={asked} />
    </Suspense>
  )
}

/** The three dots. */
export function SettingsButton(props: ComponentProps<'button'>) {
  const { words } = useWords()
  return (
    <button {...props} type="button" className="pick ghost" aria-label={words.frame.settings}>
      <Icon name="more" />
    </button>
  )
}
