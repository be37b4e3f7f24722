import { Popover } from '@mantine/core'
import '@mantine/core/styles/Popover.css'
import { useState, type FormEvent, type ReactNode } from 'react'
import { usePageTime } from '../app/time.ts'
import { useWords } from '../app/words.ts'
import { longDuration } from '../lib/format.ts'
import { isLive, lengthMs, parseTime, PRESETS, type TimeRange } from '../lib/time-range.ts'
import './time-range.css'

interface Props {
  opened: boolean
  setOpened: (opened: boolean) => void
  /** The button that opens it. */
  children: ReactNode
}

/** The usual ranges, or any two ends written out. */
export function TimeMenu({ opened, setOpened, children }: Props) {
  const { words, language } = useWords()
  const { range, setRange } = usePageTime()
  const choose = (one: TimeRange) => {
    setOpened(false)
    setRange(one)
  }
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-end" trapFocus returnFocus>
      <Popover.Target>{children}</Popover.Target>
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
                {words.time.last(longDuration(lengthMs(preset), language))}
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
