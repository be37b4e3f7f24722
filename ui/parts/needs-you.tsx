import type { ReactNode } from 'react'
import { Link } from 'react-router'
import { useWords } from '../app/words.ts'
import { Status, type Level } from './status.tsx'
import './needs-you.css'

/** One thing that needs someone: what is wrong, its evidence, and what to do. */
export interface Need {
  id: string
  level: Level
  title: string
  detail?: string
  advice?: string
  /** Where to look closer. */
  path?: string
  picture?: ReactNode
}

/** What needs someone, most severe first; what does not fit is counted. */
export function NeedsYou({ needs, more }: { needs: Need[]; more: number }) {
  const { words } = useWords()
  return (
    <section className="card needs" id="watch" aria-label={words.home.needs}>
      {needs.map((need) => (
        <NeedRow key={need.id} need={need} />
      ))}
      {more > 0 && <p className="hint needs-more">{words.home.andMore(more)}</p>}
    </section>
  )
}

function NeedRow({ need }: { need: Need }) {
  const { words } = useWords()
  return (
    <article className="need" data-need={need.id}>
      <Status level={need.level} />
      <div>
        <h2>{need.title}</h2>
        {need.detail !== undefined && <p>{need.detail}</p>}
        {need.advice !== undefined && <p className="advice">{need.advice}</p>}
      </div>
      <div className="picture">{need.picture}</div>
      <div className="actions">
        {need.path !== undefined && (
          <Link className="btn" to={need.path}>
            {words.home.open}
          </Link>
        )}
      </div>
    </article>
  )
}
