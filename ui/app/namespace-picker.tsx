import { lazy, Suspense, useState, type ComponentProps } from 'react'
import { namespacesLabel } from '../lib/namespace-scope.ts'
import { Name } from '../parts/name.tsx'
import { useNamespaces } from './cluster.ts'
import { useAfterFirstPaint } from './idle.ts'
import { useWords } from './words.ts'

const NamespaceMenu = lazy(async () => ({ default: (await import('./namespace-menu.tsx')).NamespaceMenu }))

/** The namespaces that every page is narrowed to, and the way to others. */
export function NamespacePicker({ cluster, names }: { cluster: string; names: readonly string[] }) {
  const [opened, setOpened] = useState(false)
  const loaded = useAfterFirstPaint()
  const button = <NamespaceButton cluster={cluster} onClick={() => setOpened(!opened)} />
  if (!loaded && !opened) return button
  return (
    <Suspense fallback={button}>
      <NamespaceMenu names={names} opened={opened} setOpened={setOpened}>
        {button}
      </NamespaceMenu>
    </Suspense>
  )
}

/** Says the namespaces; where there is room for one word only, the cluster while it is whole. */
function NamespaceButton({ cluster, ...props }: ComponentProps<'button'> & { cluster: string }) {
  const { words } = useWords()
  const chosen = useNamespaces()
  const said = words.resources.namespaces
  const label = namespacesLabel(chosen, said.all)
  return (
    <button {...props} type="button" className="pick namespace-pick" data-namespaces={chosen.join(',')}>
      <span className="k hide-md">{said.pick}</span>
      <span className="hidden-visually">{said.pick}: </span>
      <span className="hide-sm">
        <Name name={label} />
      </span>
      <span className="only-sm">
        <Name name={chosen.length > 0 ? label : cluster} />
      </span>
      <i className="chev" />
    </button>
  )
}
