import type { ReactNode } from 'react'
import { Skeleton } from '../../parts/skeleton.tsx'

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
  /** Nothing has come yet. */
  isLoading: boolean
}

/** One figure of the cluster: its number, what it is compared with, a bar or a line, and a remark. */
export function FigureCard(props: Props) {
  const { id, title, isLoading, none } = props
  return (
    <div className="card g3" data-card={id}>
      <div className="in">
        <h2 className="figure-title">{title}</h2>
        {isLoading ? (
          <Skeleton kind="rows" rows={2} />
        ) : none === undefined ? (
          <Shown {...props} />
        ) : (
          <None why={none} />
        )}
      </div>
    </div>
  )
}

function Shown({ value, of, picture, hint }: Props) {
  return (
    <>
      <div className="figure">
        {value}
        <small>{of}</small>
      </div>
      {picture}
      <p className="hint">{hint}</p>
    </>
  )
}

function None({ why }: { why: ReactNode }) {
  return (
    <>
      <div className="figure t3">–</div>
      <p className="hint" data-state="empty">
        {why}
      </p>
    </>
  )
}
