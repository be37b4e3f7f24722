import type { LineWriter } from '../family.ts'
import { objects, text } from './fields.ts'
import type { Stored } from './object.ts'

const NAMES = ['owner_kind', 'owner_name', 'owner_is_controller']
const NOBODY = ['', '', '']

/** One line for each owner, or one of empty labels. */
export function ownerLines({ metadata }: Stored, out: LineWriter): void {
  const owners = objects(metadata?.ownerReferences)
  if (owners.length === 0) out.labelled(NAMES, NOBODY, 1)
  for (const { kind, name, controller } of owners) {
    out.labelled(NAMES, [text(kind), text(name), controller === true ? 'true' : 'false'], 1)
  }
}
