import type { ReactNode } from 'react'
import { useWords } from '../app/words.ts'
import './status.css'

/** How something is: each level has a shape as well as a colour. */
export type Level = 'ok' | 'warn' | 'crit' | 'idle'

/** A status as a shape with words after it; a shape that stands alone has a name. */
export function Status({ level, children, wraps = false }: { level: Level; children?: ReactNode; wraps?: boolean }) {
  const { words } = useWords()
  const names = {
    ok: words.state.healthy,
    warn: words.state.warning,
    crit: words.state.critical,
    idle: words.state.idle,
  }
  if (children === undefined) return <span className={`status ${level}`} role="img" aria-label={names[level]} />
  return (
    <span className={`status ${level}${wraps ? ' wraps' : ''}`} data-level={level}>
      <span>{children}</span>
    </span>
  )
}
