import type { ReactNode } from 'react'

interface Props {
  id: string
  title: string
  value: string
  /** What the value is compared with. */
  of: string
  picture: ReactNode
  hint: ReactNode
  /** Why there is no value. */
  none?: ReactNode
}

/** One figure of the cluster: its number, what it is compared with, a bar or a line, and a remark. */
export function FigureCard({ id, title, value, of, picture, hint, none }: Props) {
  return (
    <section className="card g3" aria-label={title} data-card={id}>
      <div className="in">
        <h2 className="figure-title">{title}</h2>
        {none === undefined ? (
          <>
            <div className="figure">
              {value}
              <small>{of}</small>
            </div>
            {picture}
            <p className="hint">{hint}</p>
          </>
        ) : (
          <>
            <div className="figure t3">–</div>
            <p className="hint" data-state="empty">
              {none}
            </p>
          </>
        )}
      </div>
    </section>
  )
}
