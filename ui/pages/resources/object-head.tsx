import type { ReactNode } from 'react'
import { Link, useSearchParams } from 'react-router'
import { useCluster } from '../../app/data.ts'
import { useSeconds } from '../../app/seconds.ts'
import { useWords } from '../../app/words.ts'
import { longDuration } from '../../lib/format.ts'
import { kubectlDescribe } from '../../lib/kubectl.ts'
import type { ResourceKind, ResourceRow } from '../../lib/resource-row.ts'
import { levelOfState, stateText } from '../../lib/state-text.ts'
import { withUnit } from '../../lib/units.ts'
import { linkTo } from '../../lib/url-state.ts'
import { Name } from '../../parts/name.tsx'
import { Status } from '../../parts/status.tsx'
import { Copy } from './copy.tsx'

interface Props {
  row: ResourceRow
  table: ResourceKind
  /** The objects that this one is part of, from the whole down. */
  within?: ReactNode
  /** What is said after the first sentence. */
  children?: ReactNode
}

/** What a page of an object opens with: where it is, its name, how it is in one sentence, and the evidence. */
export function ObjectHead({ row, table, within, children }: Props) {
  const { words } = useWords()
  const [search] = useSearchParams()
  const cluster = useCluster().data
  return (
    <div className="col object-head">
      <p className="crumbs">
        <Link to={linkTo('/', search)}>{cluster?.name}</Link> /{' '}
        <Link to={linkTo(`/${table}`, search)}>{words.resources.kinds[table]}</Link>
        {within}
      </p>
      <div className="head">
        <h1>
          <Status level={levelOfState(row.state)}>
            <Name name={row.name} />
          </Status>
        </h1>
        <span className="sp" />
        <span className="row hide-sm">
          <Copy text={kubectlDescribe(row)} />
        </span>
      </div>
      <p>
        <b>
          <FirstSentence row={row} />
        </b>{' '}
        <span className="t2">{children}</span>
      </p>
    </div>
  )
}

/** A step between the cluster and the object. */
export function Crumb({ children }: { children: ReactNode }) {
  return <> / {children}</>
}

function FirstSentence({ row }: { row: ResourceRow }) {
  const { words, language } = useWords()
  const nowMs = useSeconds()
  const { state, createdMs } = row
  if (state.word === 'running' && createdMs > 0)
    return words.resources.says.runningFor(longDuration(Math.max(0, nowMs - createdMs), language))
  return `${stateText(state, words, nowMs, language)}.`
}

/** “Memory is at 451 of 512 MiB, 88%.” */
export function MemorySentence({ row }: { row: ResourceRow }) {
  const { words, language } = useWords()
  const { value, limit } = row.memory
  if (value === null) return null
  const said = words.resources.says
  if (!limit) return said.memoryFree(withUnit('bytes', value, language))
  return said.memoryOf(
    withUnit('bytes', value, language),
    withUnit('bytes', limit, language),
    `${Math.round((value / limit) * 100)}%`,
  )
}
