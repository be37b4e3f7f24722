import { lazy, Suspense, useState, type ComponentProps } from 'react'
import { useAfterFirstPaint } from '../app/idle.ts'
import { useWish } from '../app/keys.tsx'
import { usePageTime } from '../app/time.ts'
import { useWords } from '../app/words.ts'
import { dateTimeRange, longDuration } from '../lib/format.ts'
import { isLive, lengthMs } from '../lib/time-range.ts'
import './time-range.css'

const TimeMenu = lazy(async () => ({ default: (await import('./time-menu.tsx')).TimeMenu }))

/** The page's time range, and the way to another. */
export function TimeRangePicker() {
  const [opened, setOpened] = useState(false)
  const loaded = useAfterFirstPaint()
  useWish('time', () => setOpened(true))
  const button = <TimeButton onClick={() => setOpened(!opened)} />
  if (!loaded && !opened) return button
  return (
    <Suspense fallback={button}>
      <TimeMenu opened={opened} setOpened={setOpened}>
        {button}
      </TimeMenu>
    </Suspense>
  )
}

/** Says the range; takes whatever else the menu gives its button. */
function TimeButton(props: ComponentProps<'button'>) {
  const { words, language } = useWords()
  const { range, fromMs, toMs, utc } = usePageTime()
  const label = isLive(range)
    ? words.time.last(longDuration(lengthMs(range), language))
    : dateTimeRange(fromMs, toMs, utc, language)
  return (
    <button {...props} type="button" className="pick time-pick" data-range={`${range.from}/${range.to}`}>
      <span className="hidden-visually">{words.time.range}: </span>
      <span className="time-label">{label}</span>
      <i className="chev" />
    </button>
  )
}
