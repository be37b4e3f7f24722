import type { ReactNode } from 'react'
import { Link } from 'react-router'
import { usePageTime } from '../app/time.ts'
import { useWords } from '../app/words.ts'
import { dateTime, hourMinute } from '../lib/format.ts'
import { CopyButton } from './copy-button.tsx'
import { Status, type Level } from './status.tsx'
import './needs-you.css'

/** One thing that needs someone: what is wrong, its evidence, and what to do. */
export interface Need {
  id: string
  level: Level
  title: string
  detail?: string
  advice?: string
  /** What to run, to copy. */
  command?: string
  /** Since when it is so. */
  sinceMs?: number
  /** Where to look closer. */
  path?: string
  picture?: ReactNode
}

interface Props {
  needs: Need[]
  more: number
  /** Stands in place of the plain count of those that are not shown. */
  foot?: ReactNode
}

/** What needs someone, most severe first; what does not fit is counted. */
export function NeedsYou({ needs, more, foot }: Props) {
  const { words } = useWords()
  return (
    <section className="card needs" id="watch" aria-label={words.home.needs}>
      {needs.map((need) => (
        <NeedRow key={need.id} need={need} />
      ))}
      {foot ?? (more > 0 && <p className="hint needs-more">{words.home.andMore(more)}</p>)}
    </section>
  )
}

function NeedRow({ need }: { need: Need }) {
  const { words } = useWords()
  return (
    <article className="need" data-need={need.id}>
      <Status level={need.level} />
      <div className="said">
        <h2>{need.title}</h2>
        {need.detail !== undefined && <p>{need.detail}</p>}
        {need.advice !== undefined && <p className="advice">{need.advice}</p>}
        {need.command !== undefined && <code className="command">{need.command}</code>}
      </div>
      <div className="picture">{need.picture ?? <Since sinceMs={need.sinceMs} />}</div>
      <div className="actions">
        {need.path !== undefined && (
          <Link className="btn" to={need.path} aria-label={`${words.home.open}: ${need.title}`}>
            {words.home.open}
          </Link>
        )}
        {need.command !== undefined && (
          <CopyButton text={need.command} words={{ copy: words.home.copyCommand, copied: words.status.copied }} />
        )}
      </div>
    </article>
  )
}

/** Since when, as a time of day. */
function Since({ sinceMs }: { sinceMs: number | undefined }) {
  const { words, language } = useWords()
  const { utc } = usePageTime()
  if (sinceMs === undefined || sinceMs <= 0) return null
  return (
    <time dateTime={new Date(sinceMs).toISOString()} title={dateTime(sinceMs, utc, language)}>
      {words.home.since(hourMinute(sinceMs, utc, language))}
    </time>
  )
}
