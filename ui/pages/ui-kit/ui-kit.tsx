import { useState, type ReactNode } from 'react'
import { usePageTime } from '../../app/time.ts'
import { useTitle } from '../../app/title.ts'
import { useWords } from '../../app/words.ts'
import { ChartCard } from '../../parts/chart-card.tsx'
import { EmptyState } from '../../parts/empty-state.tsx'
import { FilterBar, QuickFilters } from '../../parts/filter-bar.tsx'
import { Name } from '../../parts/name.tsx'
import { NeedsYou } from '../../parts/needs-you.tsx'
import { ObjectTable, type SortOrder } from '../../parts/object-table.tsx'
import { Skeleton } from '../../parts/skeleton.tsx'
import { Sparkline } from '../../parts/sparkline.tsx'
import { Status } from '../../parts/status.tsx'
import { UseBar } from '../../parts/use-bar.tsx'
import { Verdict } from '../../parts/verdict.tsx'
import { GIB, manyRows, sampleNeeds, sampleSeries, wave } from './samples.ts'

/** Every part in all of its states, with invented numbers: what screenshot tests look at. */
export function UiKit() {
  const { words } = useWords()
  useTitle(words.kit.title)
  return (
    <div className="page" data-page="ui-kit">
      <div className="head">
        <div className="col">
          <h1>{words.kit.title}</h1>
          <p className="t2">{words.kit.hint}</p>
        </div>
      </div>
      <div className="grid">
        <Marks />
        <Bars />
        <Sparks />
        <Names />
      </div>
      <Verdicts />
      <NeedsYou needs={sampleNeeds} more={14} />
      <Charts />
      <div className="grid even">
        <Card title="EmptyState">
          <EmptyState
            title={
              <>
                No pod has <code>app = chekout</code>
              </>
            }
            actions={
              <>
                <button type="button" className="btn primary">
                  Use checkout
                </button>
                <button type="button" className="btn">
                  Clear the filter
                </button>
              </>
            }
          >
            12 pods have <code>app = checkout</code>.
          </EmptyState>
        </Card>
        <Card title="Skeleton">
          <Skeleton kind="rows" />
        </Card>
      </div>
      <Tables />
    </div>
  )
}

function Card({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="card g6 keep" aria-label={title} data-kit={title}>
      <header>
        <h2>{title}</h2>
      </header>
      <div className="in">{children}</div>
    </section>
  )
}

function Marks() {
  return (
    <Card title="Status">
      <div className="row wrap">
        <Status level="ok">Running</Status>
        <Status level="warn">Near memory limit</Status>
        <Status level="crit">OOM-killed, restarts in 43 s</Status>
        <Status level="idle">Pulling image, 11 s</Status>
        <Status level="ok" />
        <Status level="warn" />
        <Status level="crit" />
        <Status level="idle" />
      </div>
    </Card>
  )
}

function Bars() {
  return (
    <Card title="UseBar">
      <div className="row wrap">
        <UseBar value={0.4} text="0.40" limit={1} request={0.25} />
        <UseBar value={0.9} text="0.90" limit={1} />
        <UseBar value={0.98} text="0.98" limit={1} />
        <UseBar value={0.3} text="0.30" size={8} />
        <UseBar value={0.61} text="61" size={1} bounded />
        <UseBar value={0.5} text="512" limit={1} killed />
      </div>
    </Card>
  )
}

function Sparks() {
  const gap = wave(60, 1).map((value, i) => (i > 20 && i < 30 ? null : value))
  return (
    <Card title="Sparkline">
      <div className="row wrap">
        <Sparkline values={wave(60, 1)} label="steady" />
        <Sparkline values={wave(60, 1)} label="near its limit" limit={1.4} />
        <Sparkline values={gap} label="with a gap" />
        <Sparkline values={[]} label="empty" />
      </div>
    </Card>
  )
}

function Names() {
  const names = [
    'web',
    'web-6f4b9c7d58-2xjvc',
    'cart-checkout-session-store-preview-eu-west-1b-7d9c5f6b84-9k2lw',
    'Averyveryverylongnamewithoutanyseparatorwhatsoeverinit',
  ]
  return (
    <Card title="Name">
      {names.map((name) => (
        <div key={name}>
          <Name name={name} className="name" />
        </div>
      ))}
    </Card>
  )
}

function Verdicts() {
  return (
    <section className="card" aria-label="Verdict" data-kit="Verdict">
      <div className="in col">
        {(['ok', 'warn', 'crit', 'idle'] as const).map((level) => (
          <div key={level} className="verdict">
            <Status level={level} wraps>
              {
                {
                  ok: 'This machine is healthy.',
                  warn: '2 things to watch.',
                  crit: '3 problems need attention now; 5 more to watch.',
                  idle: 'Not enough has been collected for a verdict yet.',
                }[level]
              }
            </Status>
          </div>
        ))}
      </div>
      <div className="hidden-visually" aria-hidden="true">
        <Verdict level="ok">Verdict</Verdict>
      </div>
    </section>
  )
}

function Charts() {
  const { fromMs, toMs, stepMs } = usePageTime()
  const span = { fromMs, toMs, stepMs }
  const marks = [
    { atMs: fromMs + (toMs - fromMs) * 0.3, name: 'revision 31' },
    { atMs: fromMs + (toMs - fromMs) * 0.7, name: 'OOM-killed', critical: true },
  ]
  const memory = sampleSeries(['in use', 'kernel', 'page cache'], span, GIB * 8)
  const lines = [
    { name: 'limit', value: 0.9, kind: 'limit' as const },
    { name: 'request', value: 0.25, kind: 'request' as const },
  ]
  return (
    <div className="grid even">
      <ChartCard
        id="kit-stack"
        className="g6 keep"
        title="Stack"
        unit="bytes"
        stack
        series={memory}
        lines={[{ name: 'total', value: GIB * 31, kind: 'limit' }]}
        marks={marks}
      />
      <ChartCard
        id="kit-lines"
        className="g6 keep"
        title="Limit and request"
        unit="cores"
        fill
        series={sampleSeries(['usage'], span, 0.6)}
        lines={lines}
        marks={marks}
      />
      <ChartCard
        id="kit-many"
        className="g6 keep"
        title="Nine series"
        unit="percent"
        series={sampleSeries('abcdefghi'.split(''), span, 40)}
        columns={['min', 'mean', 'max', 'last']}
      />
      <ChartCard
        id="kit-far"
        className="g6 keep"
        title="A limit far above"
        unit="bytesPerSecond"
        fill
        series={sampleSeries(['received'], span, 2e6)}
        lines={[{ name: 'limit', value: 1e9, kind: 'limit' }]}
      />
      <ChartCard id="kit-empty" className="g4" title="Nothing" unit="bytes" series={[]} height={120} />
      <ChartCard id="kit-loading" className="g4" title="Loading" unit="bytes" series={undefined} height={120} />
      <ChartCard
        id="kit-error"
        className="g4"
        title="Error"
        unit="bytes"
        series={undefined}
        error="query timed out"
        height={120}
      />
    </div>
  )
}

function Tables() {
  const [sort, setSort] = useState<SortOrder>({ id: 'value', descending: true })
  const [terms, setTerms] = useState(['app =~ pay.*|cart|web'])
  const [draft, setDraft] = useState('')
  const [quick, setQuick] = useState('near')
  return (
    <>
      <FilterBar terms={terms} onTerms={setTerms} draft={draft} onDraft={setDraft} />
      <QuickFilters
        label="Quick filters"
        chosen={quick}
        choose={setQuick}
        filters={[
          { id: 'down', title: 'Not ready', level: 'crit', count: 2 },
          { id: 'near', title: 'Near limit', level: 'warn', count: 1 },
          { id: 'restarted', title: 'Restarted', count: 2 },
        ]}
      />
      <section className="card" aria-label="ObjectTable" data-kit="ObjectTable">
        <ObjectTable
          label="ObjectTable"
          rows={manyRows}
          rowId={({ name }) => name}
          sort={sort}
          onSort={setSort}
          columns={[
            {
              id: 'name',
              title: 'Pod',
              sort: ({ name }) => name,
              cell: ({ name }) => <Name className="name" name={name} />,
            },
            {
              id: 'state',
              title: 'State',
              width: 190,
              cell: ({ value }) => (
                <Status level={value > 95 ? 'warn' : 'ok'}>{value > 95 ? 'Near memory limit' : 'Running'}</Status>
              ),
            },
            {
              id: 'value',
              title: 'Memory, %',
              width: 170,
              key: true,
              sort: ({ value }) => value,
              cell: ({ value }) => <UseBar value={value} text={value.toFixed(0)} limit={100} />,
            },
          ]}
        />
      </section>
    </>
  )
}
