import { Popover } from '@mantine/core'
import '@mantine/core/styles/Popover.css'
import { useState, type ReactNode } from 'react'
import type { NamespaceView } from '#lib/cluster'
import { namespaceEntry, toggleNamespace } from '../lib/namespace-scope.ts'
import { levelOfState } from '../lib/state-text.ts'
import { Name } from '../parts/name.tsx'
import { Status } from '../parts/status.tsx'
import { useNamespaces } from './cluster.ts'
import { useClusterList } from './data.ts'
import './namespace-menu.css'
import { useUrlEntries } from './time.ts'
import { useWords } from './words.ts'

interface Props {
  names: readonly string[]
  opened: boolean
  setOpened: (opened: boolean) => void
  /** The button that opens it. */
  children: ReactNode
}

/** More than this are found by name. */
const MOST = 50

/** Chooses one namespace, or several. */
export function NamespaceMenu({ names, opened, setOpened, children }: Props) {
  const { words } = useWords()
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-start" trapFocus returnFocus>
      <Popover.Target>{children}</Popover.Target>
      <Popover.Dropdown aria-label={words.resources.namespaces.pick}>
        {opened && <Choices names={names} />}
      </Popover.Dropdown>
    </Popover>
  )
}

function Choices({ names }: { names: readonly string[] }) {
  const { words } = useWords()
  const [text, setText] = useState('')
  const chosen = useNamespaces()
  const [first] = useState(chosen)
  const setEntries = useUrlEntries()
  const views = new Map((useClusterList('namespaces').data ?? []).map((view) => [view.name, view]))
  const said = words.resources.namespaces
  const set = (next: readonly string[]) => setEntries({ ns: namespaceEntry(next) })
  const troubled = names.filter((name) => isTroubled(views.get(name)))
  const found = inOrder(names, first).filter((name) => name.includes(text.trim().toLowerCase()))
  return (
    <div className="namespace-menu">
      <input
        className="text-input"
        data-autofocus
        value={text}
        placeholder={said.filter(names.length)}
        aria-label={said.filter(names.length)}
        onChange={(event) => setText(event.target.value)}
      />
      <p className="row hint">
        {said.chosen(chosen.length)}
        <button type="button" className="link" onClick={() => set([])}>
          {said.showAll}
        </button>
        {troubled.length > 0 && (
          <button type="button" className="link" onClick={() => set(troubled)}>
            {said.withProblems(troubled.length)}
          </button>
        )}
      </p>
      <div className="namespace-list">
        {found.slice(0, MOST).map((name) => (
          <Choice
            key={name}
            name={name}
            view={views.get(name)}
            chosen={chosen.includes(name)}
            toggle={() => set(toggleNamespace(chosen, name))}
          />
        ))}
      </div>
      {found.length === 0 && <p className="hint">{said.nothing(text)}</p>}
      {found.length > MOST && <p className="hint">{said.more(found.length - MOST)}</p>}
    </div>
  )
}

function Choice({
  name,
  view,
  chosen,
  toggle,
}: {
  name: string
  view: NamespaceView | undefined
  chosen: boolean
  toggle: () => void
}) {
  const { words } = useWords()
  return (
    <label>
      <input type="checkbox" checked={chosen} onChange={toggle} />
      <Status level={view ? levelOfState(view.state) : 'idle'} />
      <Name name={name} />
      <span className="sp" />
      {view && <span className="t3">{words.resources.counts.pods(view.pods)}</span>}
    </label>
  )
}

function isTroubled(view: NamespaceView | undefined): boolean {
  return view !== undefined && (view.state.level === 'critical' || view.state.level === 'warning')
}

/** Those that were chosen when the menu opened come first, and nothing moves while it is open. */
function inOrder(names: readonly string[], first: readonly string[]): string[] {
  return [...first, ...names.filter((name) => !first.includes(name))]
}
