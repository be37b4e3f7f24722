import type { ReactNode } from 'react'
import { Status, type Level } from './status.tsx'
import './verdict.css'

/** The one sentence that a page opens with; a live region, so that it is heard when it changes. */
export function Verdict({ level, children }: { level: Level; children: ReactNode }) {
  return (
    <h1 className="verdict" aria-live="polite" data-verdict={level}>
      <Status level={level} wraps>
        {children}
      </Status>
    </h1>
  )
}
