import type { ContainerRow } from './container-view.ts'

/** The counted filters of the table of containers. */
export type QuickId = 'notRunning' | 'nearLimit' | 'restarted' | 'noMemoryLimit'

/** What each of them keeps. */
export const QUICK: Record<QuickId, (row: ContainerRow) => boolean> = {
  notRunning: ({ container }) => container.state !== 'running',
  nearLimit: ({ state }) => state.kind === 'nearMemoryLimit' || state.kind === 'atCpuLimit',
  restarted: ({ container }) => (container.restarts ?? 0) > 0,
  noMemoryLimit: ({ container }) => container.state === 'running' && !container.limits?.memoryBytes,
}

/** Whether a text of the URL names one. */
export function isQuickId(text: string): text is QuickId {
  return Object.hasOwn(QUICK, text)
}
