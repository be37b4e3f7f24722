import { useState, type ReactNode } from 'react'
import { useNamespaces } from '../../app/cluster.ts'
import { useTargetWords } from '../../app/page-words.ts'
import { useTargetPage } from '../../app/targets.ts'
import { useWords } from '../../app/words.ts'
import { wholeNumber } from '../../lib/format.ts'
import {
  dropsOf,
  factTexts,
  foundObject,
  isUninteresting,
  type DroppedTarget,
  type DropGroup,
  type PoolOfDrops,
  type TargetPage,
} from '../../lib/target-page.ts'
import type { TargetWords } from '../../words/en-targets.ts'
import { EmptyState } from '../../parts/empty-state.tsx'
import { ObjectLink } from '../../parts/object-link.tsx'
import { Skeleton } from '../../parts/skeleton.tsx'
import { Status } from '../../parts/status.tsx'
import { PoolTitle } from './pool-title.tsx'

/** What was found and is not scraped, by pool and reason. What nobody asked for stays away until it is wanted. */
export function DroppedTab() {
  const { words } = useWords()
  const said = useTargetWords()
  const { data: page, error } = useTargetPage(true)
  if (page) return <Dropped page={page} />
  return (
    <Card>
      {error ? (
        <EmptyState title={words.state.failed(said.tabs.dropped)}>{words.state.failedDetail(error.message)}</EmptyState>
      ) : (
        <Skeleton kind="rows" />
      )}
    </Card>
  )
}

function Card({ children }: { children: ReactNode }) {
  const said = useTargetWords()
  return (
    <section className="card" aria-label={said.tabs.dropped} data-card="dropped">
      {children}
    </section>
  )
}

function Dropped({ page }: { page: TargetPage }) {
  const { language } = useWords()
  const said = useTargetWords().dropped
  const namespaces = useNamespaces()
  const [withAll, setWithAll] = useState(false)
  const mine = page.dropped.filter((target) => isWithin(target, namespaces))
  const asked = mine.filter((target) => !isUninteresting(target, page.optional))
  const hidden = mine.length - asked.length
  const pools = dropsOf(withAll ? mine : asked)
  const unlisted = Object.values(page.droppedCounts).reduce((sum, count) => sum + count, 0) - page.dropped.length
  const toggle = hidden > 0 && (
    <button type="button" className="btn" aria-pressed={withAll} onClick={() => setWithAll(!withAll)}>
      {withAll ? said.hideAgain : said.showHidden}
    </button>
  )
  if (pools.length === 0)
    return (
      <Card>
        <EmptyState title={hidden > 0 ? said.onlyHidden : said.none} actions={toggle || undefined}>
          {hidden > 0 ? said.hidden(wholeNumber(hidden, language)) : said.noneWhy}
        </EmptyState>
      </Card>
    )
  return (
    <Card>
      {pools.map((pool) => (
        <Pool key={pool.name} pool={pool} all={page.droppedCounts[pool.name] ?? pool.count} />
      ))}
      {(hidden > 0 || unlisted > 0) && (
        <div className="pool foot hint">
          {hidden > 0 && !withAll && <span>{said.hidden(wholeNumber(hidden, language))}</span>} {toggle}
          {unlisted > 0 && <span>{said.notListed(wholeNumber(unlisted, language))}</span>}
        </div>
      )}
    </Card>
  )
}

function isWithin({ discoveredLabels }: DroppedTarget, namespaces: readonly string[]): boolean {
  return namespaces.length === 0 || namespaces.includes(foundObject(discoveredLabels).namespace)
}

function Pool({ pool, all }: { pool: PoolOfDrops; all: number }) {
  const { language } = useWords()
  const said = useTargetWords().dropped
  return (
    <div className="pool" data-pool={pool.name}>
      <header>
        <PoolTitle pool={pool.name} />
        <span className="t3">{said.found(wholeNumber(Math.max(all, pool.count), language))}</span>
      </header>
      <ul className="drops">
        {pool.groups.map((group) => (
          <Group key={group.key} group={group} />
        ))}
      </ul>
    </div>
  )
}

const MOST_NAMED = 5
/** Nothing is lost by these: the same figures come another way. */
const HARMLESS = new Set(['duplicate', 'already-scraped', 'one-api-server', 'relabelled-away', 'kubelet-not-tried'])

/** One reason with the targets that it is of. */
function Group({ group: { reason, targets } }: { group: DropGroup }) {
  const said = useTargetWords()
  const value = reason.facts['value']
  return (
    <li>
      <Status level={HARMLESS.has(reason.id) ? 'idle' : 'warn'} wraps>
        {dropText(reason, said)}
        {value !== undefined && value !== '' && targets.length === 1 && (
          <span className="t3"> {said.saw(String(value))}</span>
        )}
      </Status>
      <div className="drop-targets">
        {targets.slice(0, MOST_NAMED).map((target) => (
          <Found key={`${target.source} ${target.discoveredLabels['__address__']}`} target={target} />
        ))}
        {targets.length > MOST_NAMED && <span className="t3">{said.dropped.more(targets.length - MOST_NAMED)}</span>}
      </div>
    </li>
  )
}

/** A reason in words; one without words of its own is still told. */
export function dropText({ id, facts }: DroppedTarget['reason'], { reasons }: TargetWords): string {
  const say = Object.hasOwn(reasons, id) ? reasons[id as keyof typeof reasons] : reasons.other
  return say({ id, ...factTexts(facts) })
}

/** The object that a target was found by, and the labels that it was found with. */
function Found({ target: { discoveredLabels } }: { target: DroppedTarget }) {
  const said = useTargetWords().dropped
  const { kind, namespace, name } = foundObject(discoveredLabels)
  return (
    <div className="drop-target">
      {kind !== '' && <ObjectLink kind={kind} namespace={namespace} name={name} />}
      <details>
        <summary aria-label={`${said.labels}: ${discoveredLabels['__address__'] ?? name}`}>
          <code>{discoveredLabels['__address__'] ?? name}</code>
        </summary>
        <pre className="code wrap">
          {Object.entries(discoveredLabels)
            .map(([label, value]) => `${label}="${value}"`)
            .join('\n')}
        </pre>
      </details>
    </div>
  )
}
