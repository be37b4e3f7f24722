import { usePageTime } from '../../app/time.ts'
import { useWords } from '../../app/words.ts'
import type { Container } from '../../lib/api.ts'
import { dateTime } from '../../lib/format.ts'
import { chooseUnit, withUnit } from '../../lib/units.ts'
import { sourceNames } from './no-containers.tsx'

/** What a container was made from and with. */
export function ContainerDetails({ container }: { container: Container }) {
  const { words, language } = useWords()
  const { utc } = usePageTime()
  const said = words.containers
  const { limits, labels = {}, createdMs, startedMs } = container
  const cpu = limits?.cpuCores
    ? `${chooseUnit('cores', limits.cpuCores, language).text(limits.cpuCores)} ${words.units['cores']}`
    : said.noLimit
  const memory = limits?.memoryBytes ? withUnit('bytes', limits.memoryBytes, language) : said.noLimit
  return (
    <section className="card g12" aria-label={said.details} data-card="details">
      <header>
        <h2>{said.details}</h2>
      </header>
      <div className="in">
        <dl className="facts">
          <dt>{said.image}</dt>
          <dd>
            <code>{container.image}</code>
          </dd>
          <dt>{said.limits}</dt>
          <dd>{said.limitsText(cpu, memory)}</dd>
          <dt>{said.restarts}</dt>
          <dd>{container.restarts ?? 0}</dd>
          <dt>{said.created}</dt>
          <dd>{createdMs === undefined ? '–' : dateTime(createdMs, utc, language)}</dd>
          <dt>{said.started}</dt>
          <dd>{startedMs === undefined ? '–' : dateTime(startedMs, utc, language)}</dd>
          <dt>{said.runtime}</dt>
          <dd>{sourceNames([{ runtime: container.runtime ?? '', ok: true }]) || '–'}</dd>
          <dt>{said.id}</dt>
          <dd>
            <code>{container.id}</code>
          </dd>
          <dt>{said.labels}</dt>
          <dd className="row wrap">
            {Object.keys(labels).length === 0 && said.noLabels}
            {Object.entries(labels).map(([name, value]) => (
              <span className="tag" key={name}>
                {name}={value}
              </span>
            ))}
          </dd>
        </dl>
      </div>
    </section>
  )
}
