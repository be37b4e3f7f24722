import type { ReactNode } from 'react'
import { Link, useSearchParams } from 'react-router'
import { useOwnStatus } from '../../app/data.ts'
import { useWords } from '../../app/words.ts'
import type { About } from '../../lib/api.ts'
import { promDuration } from '../../lib/format.ts'
import { storageBytes } from '../../lib/storage-facts.ts'
import { linkTo } from '../../lib/url-state.ts'
import { withUnit } from '../../lib/units.ts'

const TO_TRY = 'rate(node_cpu_seconds_total{mode!="idle"}[1m])'

/** What Binnacle itself costs and keeps, and what it cannot see here and why. */
export function SelfCard({ about, first }: { about: About; first?: ReactNode }) {
  const { words, language } = useWords()
  const [search] = useSearchParams()
  const status = useOwnStatus().data
  const said = words.home
  const retention = promDuration(about.retention, language)
  const bytes = storageBytes(status?.storage)
  const percent = new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 1 })
  return (
    <section className="card g6" aria-label={said.itself} data-card="self">
      <header>
        <h2>{said.itself}</h2>
      </header>
      <div className="in">
        <dl className="facts">
          {first}
          <dt>{said.uses}</dt>
          <dd>
            {status
              ? said.usesText(
                  percent.format(status.self.cpuCores),
                  withUnit('bytes', status.self.memoryBytes, language),
                )
              : '–'}
          </dd>
          <dt>{said.keeps}</dt>
          <dd>
            {bytes === null
              ? said.keepsIn(retention, about.dataFolder)
              : said.keepsText(retention, about.dataFolder, withUnit('bytes', bytes, language))}
          </dd>
          <dt>{said.notAvailable}</dt>
          <dd>{about.notAvailable.length === 0 ? said.nothingMissing : <Missing about={about} />}</dd>
          <dt>{said.tryIt}</dt>
          <dd>
            <Link to={linkTo('/explore', search, { expr: TO_TRY })}>
              <code>{TO_TRY}</code>
            </Link>
          </dd>
        </dl>
      </div>
    </section>
  )
}

/** Ends with a full stop, whatever the words it is made from end with. */
function sentence(text: string): string {
  return /[.。!?]$/.test(text) ? text : `${text}.`
}

/** Each thing that is missing, with its reason and what would change it. */
export function Missing({ about }: { about: About }): ReactNode {
  const { words } = useWords()
  return about.notAvailable.map(({ what, why, fix }) => (
    <div key={what}>
      {sentence(`${what}: ${why}`)}
      {fix !== undefined && fix !== '' && <span className="t3"> {sentence(words.status.fix(fix))}</span>}
    </div>
  ))
}
