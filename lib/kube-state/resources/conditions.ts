import type { LineWriter } from '../family.ts'
import { objects, text } from './fields.ts'

/** A condition of an object's status. */
export interface Condition {
  readonly type?: string
  readonly status?: string
  readonly reason?: string
  readonly lastTransitionTime?: string
}

const TYPE_AND_STATUS = ['condition', 'status']
const STATUS = ['condition']

/** Three lines for each condition: whether it is true, false, unknown. */
export function conditionLines(conditions: readonly Condition[] | undefined, out: LineWriter): void {
  for (const { type, status } of objects(conditions)) {
    const name = text(type)
    out.labelled(TYPE_AND_STATUS, [name, 'true'], status === 'True' ? 1 : 0)
    out.labelled(TYPE_AND_STATUS, [name, 'false'], status === 'False' ? 1 : 0)
    out.labelled(TYPE_AND_STATUS, [name, 'unknown'], status === 'Unknown' ? 1 : 0)
  }
}

/** Three lines for the conditions of one type, with the status as the label `condition`. */
export function statusLines(conditions: readonly Condition[] | undefined, type: string, out: LineWriter): void {
  for (const condition of objects(conditions)) {
    if (condition.type !== type) continue
    out.labelled(STATUS, ['true'], condition.status === 'True' ? 1 : 0)
    out.labelled(STATUS, ['false'], condition.status === 'False' ? 1 : 0)
    out.labelled(STATUS, ['unknown'], condition.status === 'Unknown' ? 1 : 0)
  }
}
