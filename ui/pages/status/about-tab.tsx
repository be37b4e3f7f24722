import { useQuery } from '@tanstack/react-query'
import { useAbout } from '../../app/data.ts'
import { usePageTime } from '../../app/time.ts'
import { useWords } from '../../app/words.ts'
import { getPrometheus } from '../../lib/api.ts'
import { dateTime, promDuration } from '../../lib/format.ts'
import { withUnit } from '../../lib/units.ts'
import { Skeleton } from '../../parts/skeleton.tsx'
import { Missing } from '../home/self-card.tsx'
import { MetricsApiFact } from './metrics-api-fact.tsx'

/** Which Binnacle this is, where it runs and what it cannot see there. */
export function AboutTab() {
  const { words, language } = useWords()
  const { utc } = usePageTime()
  const about = useAbout().data
  const build = useQuery({
    queryKey: ['buildinfo'],
    queryFn: ({ signal }) => getPrometheus<Record<string, string>>('status/buildinfo', signal),
  }).data
  const said = words.status
  if (!about)
    return (
      <section className="card">
        <Skeleton kind="rows" />
      </section>
    )
  const { machine } = about
  const system = [machine.os, machine.kernel].filter(Boolean).join(', ')
  return (
    <section className="card" aria-label={said.tabs.about} data-card="about">
      <div className="in">
        <dl className="facts">
          <dt>{said.version}</dt>
          <dd>Binnacle {about.version}</dd>
          <MetricsApiFact />
          <dt>{said.started}</dt>
          <dd>{dateTime(about.startedMs, utc, language)}</dd>
          <dt>{said.machine}</dt>
          <dd>
            {words.status.machineText(
              machine.name,
              system,
              machine.cores,
              withUnit('bytes', machine.memoryBytes, language),
            )}
          </dd>
          <dt>{said.data}</dt>
          <dd>{words.home.keepsIn(promDuration(about.retention, language), about.dataFolder)}</dd>
          {build && (
            <>
              <dt>{said.goVersion}</dt>
              <dd>{build['nodeVersion'] ?? build['goVersion'] ?? '–'}</dd>
            </>
          )}
          {about.commands && about.commands.length > 0 && (
            <>
              <dt>{said.commands}</dt>
              <dd>
                {about.commands.map((command) => (
                  <div key={command}>
                    <code>{command}</code>
                  </div>
                ))}
              </dd>
            </>
          )}
          <dt>{said.missing}</dt>
          <dd>{about.notAvailable.length === 0 ? words.home.nothingMissing : <Missing about={about} />}</dd>
        </dl>
      </div>
    </section>
  )
}
