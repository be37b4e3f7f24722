import { Link, useSearchParams } from 'react-router'
import { useOwnStatus } from '../../app/data.ts'
import { useTargets } from '../../app/targets.ts'
import { usePageTime } from '../../app/time.ts'
import { useWords } from '../../app/words.ts'
import type { About } from '../../lib/api.ts'
import { longDuration, shortAge, wholeNumber } from '../../lib/format.ts'
import { withUnit } from '../../lib/units.ts'
import { linkTo } from '../../lib/url-state.ts'
import { NeedsYou } from '../../parts/needs-you.tsx'
import { Verdict } from '../../parts/verdict.tsx'
import { Skeleton } from '../../parts/skeleton.tsx'
import { useMachineVerdict } from './machine-verdict.ts'

/** The sentence, the facts under it, and what needs someone. */
export function HomeHead({ about }: { about: About }) {
  const { words } = useWords()
  const { verdict, error } = useMachineVerdict()
  return (
    <>
      <div className="head">
        <div className="col">
          {verdict ? (
            <Verdict level={verdict.level}>{verdict.sentence}</Verdict>
          ) : error ? (
            <Verdict level="idle">{words.home.noVerdict}</Verdict>
          ) : (
            <div className="verdict">
              <Skeleton kind="line" />
            </div>
          )}
          <Facts about={about} />
        </div>
      </div>
      {verdict && verdict.needs.length > 0 && <NeedsYou needs={verdict.needs} more={verdict.more} />}
    </>
  )
}

function Facts({ about }: { about: About }) {
  const { words, language } = useWords()
  const [search] = useSearchParams()
  const { toMs } = usePageTime()
  const status = useOwnStatus().data
  const targets = useTargets().data
  const { name, os, kernel, cores, memoryBytes, bootMs } = about.machine
  const nowMs = Math.max(toMs, about.startedMs)
  const system = [os, kernel && `Linux ${kernel.replace(/^Linux /, '')}`].filter(Boolean).join(', ')
  return (
    <p className="t2" data-facts>
      {words.home.facts(
        name,
        system,
        cores,
        withUnit('bytes', memoryBytes, language),
        shortAge(nowMs - bootMs, language),
      )}
      {' · '}
      {words.home.monitored(longDuration(nowMs - about.startedMs, language))}
      {status?.storage.series !== undefined && targets && (
        <>
          {' · '}
          <Link to={linkTo('/status', search)}>
            {words.home.series(wholeNumber(status.storage.series, language), targets.length)}
          </Link>
        </>
      )}
    </p>
  )
}
