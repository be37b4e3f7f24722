import { useState, type ReactNode } from 'react'
import { useSearchParams } from 'react-router'
import { useTargetWords } from '../../app/page-words.ts'
import { useTargetPage } from '../../app/targets.ts'
import { useUrlEntries } from '../../app/time.ts'
import { useWords } from '../../app/words.ts'
import { poolsOf, type PoolOfTargets } from '../../lib/target-page.ts'
import { EmptyState } from '../../parts/empty-state.tsx'
import { ObjectTable } from '../../parts/object-table.tsx'
import { Skeleton } from '../../parts/skeleton.tsx'
import { Status } from '../../parts/status.tsx'
import { PoolTitle } from './pool-title.tsx'
import { useTargetColumns } from './target-columns.tsx'

/** Up to so many pools are all open. */
const FEW_POOLS = 4

/** The targets by pool, each with how its last scrape went, in words. */
export function TargetsTab() {
  const { words } = useWords()
  const [search] = useSearchParams()
  const setEntries = useUrlEntries()
  const { data: page, error } = useTargetPage(true)
  const onlyFailing = search.get('only') === 'failing'
  const toggle = () => setEntries({ only: onlyFailing ? null : 'failing' })
  if (!page)
    return (
      <Card>
        {error ? (
          <EmptyState title={words.state.failed(words.status.tabs.targets)}>
            {words.state.failedDetail(error.message)}
          </EmptyState>
        ) : (
          <Skeleton kind="rows" />
        )}
      </Card>
    )
  const all = poolsOf(page)
  const shown = onlyFailing ? all.filter(({ failing, unreached }) => failing + unreached > 0) : all
  return (
    <Card>
      {shown.length === 0 ? (
        <NothingToShow onlyFailing={onlyFailing} toggle={toggle} />
      ) : (
        shown.map((pool, i) => (
          <Pool
            key={pool.name}
            pool={pool}
            onlyFailing={onlyFailing}
            isOpenAtFirst={onlyFailing || all.length <= FEW_POOLS || pool.failing + pool.unreached > 0}
            side={
              i === 0 && (
                <button type="button" className="btn" aria-pressed={onlyFailing} onClick={toggle}>
                  {words.status.onlyFailing}
                </button>
              )
            }
          />
        ))
      )}
    </Card>
  )
}

function NothingToShow({ onlyFailing, toggle }: { onlyFailing: boolean; toggle: () => void }) {
  const { words } = useWords()
  if (!onlyFailing) return <EmptyState title={words.status.noTargets} />
  return (
    <EmptyState
      title={words.status.allUp}
      actions={
        <button type="button" className="btn primary" onClick={toggle}>
          {words.status.showAll}
        </button>
      }
    >
      {words.status.allUpWhy}
    </EmptyState>
  )
}

function Card({ children }: { children: ReactNode }) {
  const { words } = useWords()
  return (
    <section className="card" aria-label={words.status.tabs.targets} data-card="targets">
      {children}
    </section>
  )
}

interface PoolProps {
  pool: PoolOfTargets
  onlyFailing: boolean
  isOpenAtFirst: boolean
  side: ReactNode
}

/** One pool: open when something of it fails, else its state alone until it is asked for. */
function Pool({ pool, onlyFailing, isOpenAtFirst, side }: PoolProps) {
  const said = useTargetWords()
  const [toggled, setToggled] = useState<boolean>()
  const columns = useTargetColumns(pool.isOptional)
  const isOpen = toggled ?? isOpenAtFirst
  const rows = onlyFailing ? pool.targets.filter(({ health }) => health !== 'up') : pool.targets
  return (
    <div className={isOpen ? 'pool open' : 'pool'} data-pool={pool.name}>
      <header>
        <PoolTitle pool={pool.name} />
        <PoolState pool={pool} />
        {pool.unreached > 0 && (
          <span className="tag" title={said.optionalHint}>
            {said.optional}
          </span>
        )}
        <span className="sp" />
        {!isOpenAtFirst && (
          <button type="button" className="btn" aria-expanded={isOpen} onClick={() => setToggled(!isOpen)}>
            {isOpen ? said.hide : said.show}
            <span className="hidden-visually">: {pool.name}</span>
          </button>
        )}
        {side}
      </header>
      {isOpen && <ObjectTable label={pool.name} columns={columns} rows={rows} rowId={({ id }) => id} wrapping />}
    </div>
  )
}

function PoolState({ pool: { targets, failing, unreached } }: { pool: PoolOfTargets }) {
  const { words } = useWords()
  const up = targets.filter(({ health }) => health === 'up').length
  const level = failing > 0 ? 'warn' : unreached === 0 && up === targets.length ? 'ok' : 'idle'
  return <Status level={level}>{words.status.poolUp(up, targets.length)}</Status>
}
