import { useWords } from '../../app/words.ts'
import type { ContainerSource } from '../../lib/api.ts'
import { EmptyState } from '../../parts/empty-state.tsx'

/** Why no container is listed: which runtimes were asked, and what each answered. */
export function NoContainers({ sources }: { sources: ContainerSource[] }) {
  const { words } = useWords()
  const working = sources.filter(({ ok }) => ok)
  if (working.length > 0)
    return <EmptyState title={words.containers.none}>{words.containers.noneRunning(sourceNames(working))}</EmptyState>
  return (
    <EmptyState title={words.containers.none}>
      {words.containers.noneWhy}
      <ul>
        {sources.map(({ runtime, why }) => (
          <li key={runtime}>
            <b>{NAMES[runtime] ?? runtime}</b>: {why}
          </li>
        ))}
      </ul>
    </EmptyState>
  )
}

const NAMES: Record<string, string> = {
  docker: 'Docker',
  containerd: 'containerd',
  crio: 'CRI-O',
  'cri-o': 'CRI-O',
  podman: 'Podman',
}

/** The runtimes that answer, as their makers write them. */
export function sourceNames(sources: ContainerSource[]): string {
  return sources
    .filter(({ ok }) => ok)
    .map(({ runtime, version }) => [NAMES[runtime] ?? runtime, version].filter(Boolean).join(' '))
    .join(', ')
}
