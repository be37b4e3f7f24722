import type { ReactNode } from 'react'
import { usePageTime } from '../app/time.ts'
import { useWords } from '../app/words.ts'
import { hourMinute } from '../lib/format.ts'
import './timeline.css'

/** One thing that happened. */
export interface Happening {
  id: string
  atMs: number
  level: 'crit' | 'warn' | 'idle'
  text: ReactNode
}

/** What happened, newest first: a time of day, a sign, and words. */
export function Timeline({ happenings }: { happenings: Happening[] }) {
  const { language } = useWords()
  const { utc } = usePageTime()
  return (
    <ol className="timeline">
      {happenings.map(({ id, atMs, level, text }) => (
        <li key={id} className={level}>
          <time dateTime={new Date(atMs).toISOString()}>{hourMinute(atMs, utc, language)}</time>
          <i />
          <span>{text}</span>
        </li>
      ))}
    </ol>
  )
}
