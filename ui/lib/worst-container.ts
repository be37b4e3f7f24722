import { percentOf } from './resource-filter.ts'
import type { ResourceRow } from './resource-row.ts'

const RANK = { critical: 0, warning: 1, ok: 2, idle: 3 }

/** The container to look at first: the one in most trouble, then the one nearest to its memory limit. */
export function worstContainer(rows: readonly ResourceRow[]): ResourceRow | undefined {
  const isInit = ({ view }: ResourceRow) => 'init' in view && view.init
  return rows.toSorted(
    (a, b) =>
      RANK[a.state.level] - RANK[b.state.level] ||
      Number(isInit(a)) - Number(isInit(b)) ||
      (percentOf(b.memory) ?? -1) - (percentOf(a.memory) ?? -1) ||
      (b.memory.value ?? 0) - (a.memory.value ?? 0),
  )[0]
}
