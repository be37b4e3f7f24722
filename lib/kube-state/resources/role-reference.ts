import type { LineWriter } from '../family.ts'
import { text } from './fields.ts'
import type { Stored } from './object.ts'

/** A binding of a role, in a namespace or in the cluster. */
export interface Binding extends Stored {
  readonly roleRef?: { readonly kind?: string; readonly name?: string }
}

const NAMES = ['roleref_kind', 'roleref_name']

/** Which role it grants. */
export function roleReferenceLine({ roleRef }: Binding, out: LineWriter): void {
  out.labelled(NAMES, [text(roleRef?.kind), text(roleRef?.name)], 1)
}
