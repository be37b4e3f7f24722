import { useMemo } from 'react'
import { useRange } from '../../app/data.ts'
import { usePageTime } from '../../app/time.ts'
import { useWords } from '../../app/words.ts'
import { alignSeries, type RangeSeries } from '../../lib/columns.ts'
import { shortAge, wholeNumber } from '../../lib/format.ts'
import { foundObject, type ActiveTarget } from '../../lib/target-page.ts'
import { chooseUnit } from '../../lib/units.ts'
import { Name } from '../../parts/name.tsx'
import { ObjectLink } from '../../parts/object-link.tsx'
import type { ObjectColumn } from '../../parts/object-table.tsx'
import { Sparkline } from '../../parts/sparkline.tsx'
import { Status } from '../../parts/status.tsx'
import '../../parts/use-bar.css'

/** The columns of targets. `isTried`: what cannot be reached is no trouble by itself. */
export function useTargetColumns(isTried: boolean): ObjectColumn<ActiveTarget>[] {
  const { words, language } = useWords()
  const { toMs } = usePageTime()
  const durations = useRange('scrape_duration_seconds').data
  const said = words.status
  const ms = chooseUnit('seconds', 0.1, language)
  return [
    { id: 'target', title: said.target, cell: (target) => <TargetName target={target} /> },
    { id: 'state', title: said.state, cell: (target) => <TargetState target={target} isTried={isTried} /> },
    {
      id: 'duration',
      title: `${said.duration}, ${ms.name}`,
      width: 164,
      cell: (target) =>
        target.health === 'up' ? (
          <Duration text={ms.text(target.lastDurationMs / 1000)} series={durations?.find((one) => isOf(target, one))} />
        ) : (
          <span className="t3">–</span>
        ),
    },
    {
      id: 'samples',
      title: said.samples,
      width: 96,
      right: true,
      key: true,
      cell: ({ health, samples }) => (health === 'up' ? wholeNumber(samples, language) : <span className="t3">–</span>),
    },
    {
      id: 'last',
      title: said.lastScrape,
      width: 124,
      right: true,
      priority: 4,
      cell: ({ lastScrapeMs }) =>
        lastScrapeMs > 0
          ? words.time.ago(shortAge(Math.max(0, Math.max(toMs, Date.now()) - lastScrapeMs), language))
          : said.never,
    },
  ]
}

/** The series of a target carry all of its labels; those of one pool differ by more than job and instance. */
function isOf({ labels }: ActiveTarget, series: RangeSeries): boolean {
  return Object.entries(labels).every(([name, value]) => series.labels[name] === value)
}

/** Where it is scraped, and the object that it was found by. */
function TargetName({ target }: { target: ActiveTarget }) {
  const { kind, namespace, name } = foundObject(target.discoveredLabels)
  return (
    <span className="target-name">
      <span className="mono" title={target.scrapeUrl}>
        <Name name={target.scrapeUrl.replace(/^https?:\/\//, '')} />
      </span>
      {kind !== '' && <ObjectLink kind={kind} namespace={namespace} name={name} />}
    </span>
  )
}

function TargetState({ target, isTried }: { target: ActiveTarget; isTried: boolean }) {
  const { words } = useWords()
  if (target.health === 'up') return <Status level="ok">{words.status.up}</Status>
  if (target.health !== 'down') return <Status level="idle">{words.status.notScraped}</Status>
  return (
    <Status level={isTried ? 'idle' : 'crit'} wraps>
      {target.lastError || words.status.down}
    </Status>
  )
}

function Duration({ text, series }: { text: string; series: RangeSeries | undefined }) {
  const { words } = useWords()
  const { stepMs } = usePageTime()
  const values = useMemo(() => (series ? (alignSeries([series], stepMs).values[0] ?? []) : []), [series, stepMs])
  return (
    <span className="use">
      <b style={{ minWidth: 38 }}>{text}</b>
      {series && <Sparkline values={values} label={words.status.duration} width={72} height={18} />}
    </span>
  )
}
