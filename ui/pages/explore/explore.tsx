import { lazy, Suspense, useState } from 'react'
import { useSearchParams } from 'react-router'
import { usePageTime, useUrlEntries } from '../../app/time.ts'
import { useTitle } from '../../app/title.ts'
import { useWords } from '../../app/words.ts'
import { shortAge } from '../../lib/format.ts'
import { EmptyState } from '../../parts/empty-state.tsx'
import { ExploreGraph } from './explore-graph.tsx'
import { ExploreTable } from './explore-table.tsx'
import { MetricPrefixes } from './metric-prefixes.tsx'
import './explore.css'

const QueryEditor = lazy(async () => ({ default: (await import('../../parts/query-editor.tsx')).QueryEditor }))

/** The most expressions on one page: a letter and a slot for each. */
const LETTERS = ['A', 'B', 'C', 'D', 'E']
const STEPS = ['5s', '15s', '30s', '1m', '5m', '15m', '1h']
const EXAMPLES = [
  'sum by (mode) (rate(node_cpu_seconds_total{mode!="idle"}[1m]))',
  'node_memory_MemAvailable_bytes',
  'topk(5, sum by (name) (rate(container_cpu_usage_seconds_total{name!=""}[1m])))',
]

/** Ask anything: expressions, and their answers as a graph or a table. The whole view is in the URL. */
export function Explore() {
  const { words } = useWords()
  const [search] = useSearchParams()
  const setEntries = useUrlEntries()
  const { stepMs } = usePageTime()
  const asked = search.getAll('expr').slice(0, LETTERS.length)
  const hidden = new Set((search.get('off') ?? '').split('').filter(Boolean))
  const tab = search.get('tab') === 'table' ? 'table' : 'graph'
  const step = search.get('step') ?? ''
  useTitle(words.explore.title)
  const run = (expressions: string[]) => setEntries({ expr: expressions.filter((text) => text.trim() !== '') })
  const shown = LETTERS.map((letter, i) => (hidden.has(letter) ? null : (asked[i] ?? null)))
  const fixedStepMs = stepSize(step)
  return (
    <div className="page" data-page="explore">
      <h1 className="hidden-visually">{words.explore.title}</h1>
      <Expressions key={asked.join('\n')} asked={asked} hidden={hidden} run={run} />
      {asked.length === 0 ? (
        <Welcome run={run} />
      ) : (
        <section className="card" aria-label={words.explore.results} data-card="result">
          <header>
            <span className="seg sm">
              {(['graph', 'table'] as const).map((one) => (
                <button
                  type="button"
                  key={one}
                  aria-pressed={tab === one}
                  data-tab={one}
                  onClick={() => setEntries({ tab: one === 'graph' ? null : one })}
                >
                  {words.explore[one]}
                </button>
              ))}
            </span>
            <span className="sp" />
            {tab === 'graph' && (
              <>
                <span className="hint hide-md">{words.explore.zoomHint}</span>
                <button
                  type="button"
                  className="btn"
                  aria-pressed={search.get('stacked') === '1'}
                  onClick={() => setEntries({ stacked: search.get('stacked') === '1' ? null : '1' })}
                >
                  {words.explore.stacked}
                </button>
                <label className="hint step-choice">
                  {words.explore.step}
                  <select value={step} onChange={(event) => setEntries({ step: event.target.value })}>
                    <option value="">{`${words.explore.stepChoice} (${shortAge(stepMs, 'en')})`}</option>
                    {STEPS.map((one) => (
                      <option key={one}>{one}</option>
                    ))}
                  </select>
                </label>
              </>
            )}
          </header>
          {tab === 'graph' ? (
            <ExploreGraph
              expressions={shown}
              letters={LETTERS}
              stepMs={fixedStepMs}
              stack={search.get('stacked') === '1'}
            />
          ) : (
            <ExploreTable expressions={shown} letters={LETTERS} />
          )}
        </section>
      )}
    </div>
  )
}

function stepSize(step: string): number | undefined {
  const found = /^(\d{1,6})([smhd])$/.exec(step)
  if (!found) return undefined
  return Number(found[1]) * { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }[found[2] as 's']
}

interface ExpressionsProps {
  asked: string[]
  hidden: ReadonlySet<string>
  run: (expressions: string[]) => void
}

/** The editors, one an expression; nothing is asked before Run. */
function Expressions({ asked, hidden, run }: ExpressionsProps) {
  const { words } = useWords()
  const setEntries = useUrlEntries()
  const [drafts, setDrafts] = useState(asked.length > 0 ? asked : [''])
  const write = (at: number, text: string) => setDrafts(drafts.map((draft, i) => (i === at ? text : draft)))
  const toggle = (letter: string) => {
    const next = new Set(hidden)
    if (!next.delete(letter)) next.add(letter)
    setEntries({ off: [...next].toSorted().join('') })
  }
  const remove = (at: number) => run(drafts.filter((_, i) => i !== at))
  return (
    <section className="col expressions" aria-label={words.explore.expression('')}>
      {drafts.map((draft, i) => (
        <div className="row expression" key={LETTERS[i]} data-expression={LETTERS[i]}>
          <span className={hidden.has(LETTERS[i]) ? 'tag letter' : 'tag on letter'}>{LETTERS[i]}</span>
          <Suspense fallback={<div className="editor-waiting">{draft}</div>}>
            <QueryEditor
              value={draft}
              label={words.explore.expression(LETTERS[i])}
              onChange={(text) => write(i, text)}
              onRun={() => run(drafts)}
            />
          </Suspense>
          {asked.length > 1 && (
            <button type="button" className="btn" onClick={() => toggle(LETTERS[i])}>
              {hidden.has(LETTERS[i]) ? words.explore.show : words.explore.hide}
            </button>
          )}
          {drafts.length > 1 && (
            <button type="button" className="btn" onClick={() => remove(i)}>
              {words.explore.remove}
            </button>
          )}
          {i === 0 && (
            <button type="button" className="btn primary run" data-run onClick={() => run(drafts)}>
              {words.explore.run} <kbd className="hide-sm">↵</kbd>
            </button>
          )}
        </div>
      ))}
      <div className="row wrap">
        {drafts.length < LETTERS.length && (
          <button type="button" className="btn" onClick={() => setDrafts([...drafts, ''])}>
            {words.explore.add}
          </button>
        )}
        <MetricPrefixes />
      </div>
    </section>
  )
}

function Welcome({ run }: { run: (expressions: string[]) => void }) {
  const { words } = useWords()
  return (
    <section className="card">
      <EmptyState title={words.explore.emptyTitle}>
        {words.explore.emptyWhy}
        <ul>
          {EXAMPLES.map((example) => (
            <li key={example}>
              <button type="button" className="link" onClick={() => run([example])}>
                <code>{example}</code>
              </button>
            </li>
          ))}
        </ul>
      </EmptyState>
    </section>
  )
}
