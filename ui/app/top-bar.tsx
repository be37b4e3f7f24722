import { Link, useSearchParams } from 'react-router'
import { TimeRangePicker } from '../parts/time-range.tsx'
import { Name } from '../parts/name.tsx'
import { linkTo } from '../lib/url-state.ts'
import { liveRange } from '../lib/time-range.ts'
import { shortAge } from '../lib/format.ts'
import { Finder } from './finder.tsx'
import { Compass } from './icons.tsx'
import { useLiveState } from './live.ts'
import { Settings } from './settings.tsx'
import { usePageTime } from './time.ts'
import { useWords } from './words.ts'

/** The only place for the machine, the time range and whether it is live. */
export function TopBar({ machine, intervalSeconds }: { machine: string; intervalSeconds: number }) {
  const { words } = useWords()
  const [search] = useSearchParams()
  return (
    <header className="bar">
      <Link className="brand" to={linkTo('/', search)} aria-label={words.frame.homeLink}>
        <Compass />
        <b>Binnacle</b>
      </Link>
      <span className="pick machine-name">
        <span className="k hide-sm">{words.frame.machine}</span>
        <Name name={machine} />
      </span>
      <Finder />
      <span className="sp" />
      <TimeRangePicker />
      <LiveSign intervalSeconds={intervalSeconds} />
      <Settings />
    </header>
  )
}

function LiveSign({ intervalSeconds }: { intervalSeconds: number }) {
  const { words, language } = useWords()
  const { live, range, setRange } = usePageTime()
  const open = useLiveState((state) => state.phase === 'open')
  if (live) {
    return (
      <span
        className="pick ghost hide-sm"
        data-live={open ? 'open' : 'waiting'}
        title={words.frame.liveHint(shortAge(intervalSeconds * 1000, language))}
      >
        <i className={open ? 'live-dot' : 'live-dot waiting'} />
        {open ? words.frame.live : words.frame.reconnecting}
      </span>
    )
  }
  return (
    <button
      type="button"
      className="pick"
      data-live="paused"
      title={words.frame.pausedHint}
      onClick={() => setRange(liveRange(range, Date.now()))}
    >
      <span className="hide-sm">{words.frame.paused} ·</span> <span className="link">{words.frame.goLive}</span>
    </button>
  )
}
