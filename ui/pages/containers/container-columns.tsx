import { Link, useSearchParams } from 'react-router'
import { useWords } from '../../app/words.ts'
import { levelOf, type ContainerRow, type ContainerState } from '../../lib/container-view.ts'
import { shortAge } from '../../lib/format.ts'
import { chooseUnit, columnUnit, type UnitKind } from '../../lib/units.ts'
import { containerPath, linkTo } from '../../lib/url-state.ts'
import type { Words } from '../../words/en.ts'
import { Name } from '../../parts/name.tsx'
import type { ObjectColumn } from '../../parts/object-table.tsx'
import { Status } from '../../parts/status.tsx'
import { UseBar } from '../../parts/use-bar.tsx'

interface Machine {
  cores: number
  memoryBytes: number
}

/** The columns that every table of containers has; one unit a column, named in its title. */
export function useContainerColumns(
  rows: ContainerRow[],
  machine: Machine,
  nowMs: number,
): ObjectColumn<ContainerRow>[] {
  const { words, language } = useWords()
  const [search] = useSearchParams()
  const said = words.containers
  const unitOf = (kind: UnitKind, pick: (row: ContainerRow) => number | null) =>
    columnUnit(kind, Math.max(0, ...rows.map((row) => pick(row) ?? 0)), language)
  const memory = unitOf('bytes', ({ memoryBytes }) => memoryBytes)
  const disk = unitOf('bytesPerSecond', ({ diskBytesPerSecond }) => diskBytesPerSecond)
  const network = unitOf('bytesPerSecond', ({ networkBytesPerSecond }) => networkBytesPerSecond)
  const cores = chooseUnit('cores', 1, language)
  const idle = <span className="t3">–</span>
  return [
    {
      id: 'name',
      title: said.container,
      sort: ({ container }) => container.name,
      cell: ({ container }) => (
        <span className="link-cell">
          <Link className="name" to={linkTo(containerPath(container.name), search)}>
            <Name name={container.name} />
          </Link>
          <span className="t3" title={container.image}>
            {container.image}
          </span>
        </span>
      ),
    },
    {
      id: 'state',
      title: said.state,
      width: 190,
      sort: ({ state }) => `${['crit', 'warn', 'ok', 'idle'].indexOf(levelOf(state))} ${state.kind}`,
      cell: ({ state }) => <Status level={levelOf(state)}>{stateWords(state, words, language)}</Status>,
    },
    {
      id: 'cpu',
      title: `${said.cpu}, ${words.units['cores']}`,
      width: 136,
      priority: 4,
      sort: ({ cpuCores }) => cpuCores,
      cell: ({ cpuCores, container }) =>
        cpuCores === null ? (
          <span className="t3">{container.state === 'running' ? '–' : said.notRunningValue}</span>
        ) : (
          <UseBar
            value={cpuCores}
            text={cores.text(cpuCores)}
            limit={container.limits?.cpuCores || undefined}
            size={machine.cores}
            width={64}
          />
        ),
    },
    {
      id: 'memory',
      title: `${said.memory}, ${memory.name}`,
      width: 168,
      key: true,
      sort: ({ memoryBytes }) => memoryBytes,
      cell: ({ memoryBytes, container }) =>
        memoryBytes === null ? (
          idle
        ) : (
          <UseBar
            value={memoryBytes}
            text={memory.text(memoryBytes)}
            unit={memory.name}
            limit={container.limits?.memoryBytes || undefined}
            size={machine.memoryBytes}
            numberWidth={42}
          />
        ),
    },
    {
      id: 'disk',
      title: `${said.disk}, ${disk.name}`,
      width: 106,
      right: true,
      priority: 2,
      sort: ({ diskBytesPerSecond }) => diskBytesPerSecond,
      cell: ({ diskBytesPerSecond }) => (diskBytesPerSecond === null ? idle : disk.text(diskBytesPerSecond)),
    },
    {
      id: 'network',
      title: `${said.network}, ${network.name}`,
      width: 130,
      right: true,
      priority: 1,
      sort: ({ networkBytesPerSecond }) => networkBytesPerSecond,
      cell: ({ networkBytesPerSecond }) =>
        networkBytesPerSecond === null ? idle : network.text(networkBytesPerSecond),
    },
    {
      id: 'restarts',
      title: said.restarts,
      width: 88,
      right: true,
      priority: 4,
      sort: ({ container }) => container.restarts ?? 0,
      cell: ({ container }) => container.restarts ?? 0,
    },
    {
      id: 'age',
      title: said.age,
      width: 80,
      right: true,
      priority: 3,
      sort: ({ container }) =>
        (container.startedMs ?? container.createdMs ?? null) === null
          ? null
          : nowMs - (container.startedMs ?? container.createdMs!),
      cell: ({ container }) => {
        const since = container.startedMs ?? container.createdMs
        return since === undefined ? idle : shortAge(nowMs - since, language)
      },
    },
  ]
}

/** A state as a person says it. */
export function stateWords(state: ContainerState, words: Words, language: string): string {
  const said = words.containers.words
  const ago = (ms: number | null) => (ms === null ? '' : words.time.ago(shortAge(ms, language)))
  if (state.kind === 'exited')
    return state.code === null ? said.exitedPlain : said.exited(state.code, ago(state.agoMs)).trim()
  if (state.kind === 'oomKilled') return said.oomKilled(ago(state.agoMs)).trim()
  return state.kind === 'unknown' ? said.unknown(state.state) : said[state.kind]
}
