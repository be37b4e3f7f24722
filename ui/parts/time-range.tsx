import { Popover } from '@mantine/core'
import { useState, type FormEvent } from 'react'
import { usePageTime } from '../app/time.ts'
import { useWish } from '../app/keys.tsx'
import { useWords } from '../app/words.ts'
import { dateTime, longDuration } from '../lib/format.ts'
import { isLive, lengthMs, parseTime, PRESETS, type TimeRange } from '../lib/time-range.ts'
import './time-range.css'

/** The page's time range: the usual ones, or any two ends written out. */
export function TimeRangePicker() {
  const { words, language } = useWords()
  const { range, setRange, fromMs, toMs, utc } = usePageTime()
  const [opened, setOpened] = useState(false)
  useWish('time', () => setOpened(true))
  const name = (one: TimeRange) => words.time.last(longDuration(lengthMs(one), language))
  const label = isLive(range)
    ? name(range)
    : words.time.between(dateTime(fromMs, utc, language), dateTime(toMs, utc, language))
  const choose = (one: TimeRange) => {
    setOpened(false)
    setRange(one)
  }
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-end" trapFocus returnFocus>
      <Popover.Target>
        <button
          type="button"
          className="pick time-pick"
          data-range={`${range.from}/${range.to}`}
          onClick={() => setOpened(!opened)}
        >
          <span className="hidden-visually">{words.time.range}: </span>
          <span className="time-label">{label}</span>
          <i className="chev" />
        </button>
      </Popover.Target>
      <Popover.Dropdown aria-label={words.time.range}>
        <div className="time-menu">
          <div className="time-presets">
            {PRESETS.map((preset) => (
              <button
                type="button"
                key={preset.from}
                aria-pressed={preset.from === range.from && isLive(range)}
                onClick={() => choose(preset)}
              >
                {name(preset)}
              </button>
            ))}
          </div>
          <TimeForm range={range} choose={choose} />
        </div>
      </Popover.Dropdown>
    </Popover>
  )
}

function TimeForm({ range, choose }: { range: TimeRange; choose: (range: TimeRange) => void }) {
  const { words } = useWords()
  const [from, setFrom] = useState(range.from)
  const [to, setTo] = useState(range.to)
  const [problem, setProblem] = useState('')
  const apply = (event: FormEvent) => {
    event.preventDefault()
    const [start, end] = [parseTime(from.trim(), Date.now()), parseTime(to.trim(), Date.now())]
    if (start === null || end === null) return setProblem(words.time.unreadable)
    if (start >= end) return setProblem(words.time.reversed)
    choose({ from: from.trim(), to: to.trim() })
  }
  return (
    <form className="time-form" onSubmit={apply}>
      <label>
        {words.time.from}
        <input className="text-input mono" value={from} onChange={(event) => setFrom(event.target.value)} />
      </label>
      <label>
        {words.time.to}
        <input className="text-input mono" value={to} onChange={(event) => setTo(event.target.value)} />
      </label>
      {problem !== '' && (
        <p className="hint" role="alert">
          {problem}
        </p>
      )}
      <button type="submit" className="btn primary">
        {words.time.apply}
      </button>
    </form>
  )
}
