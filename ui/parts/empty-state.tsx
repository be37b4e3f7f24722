import type { ReactNode } from 'react'
import './empty-state.css'

/** Why there is nothing here, and what to do about it. */
export function EmptyState({
  title,
  children,
  actions,
}: {
  title: ReactNode
  children?: ReactNode
  actions?: ReactNode
}) {
  return (
    <div className="empty" data-state="empty">
      <p className="empty-title">{title}</p>
      {children !== undefined && <div className="empty-why">{children}</div>}
      {actions !== undefined && <div className="actions">{actions}</div>}
    </div>
  )
}
