import type { KubeObject } from './object.ts'
import type { Resource } from './resource.ts'
import { withoutManagedFields } from './managed-fields.ts'

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration'

/** An object as it stands in a list, an event or a table's row; without what nobody may render or needs. */
type Raw = Record<string, unknown> & {
  metadata?: Record<string, unknown> & { annotations?: Record<string, string> | null }
}

interface TableRow {
  readonly cells?: readonly unknown[]
  readonly object?: Raw | null
}

interface Table {
  readonly columnDefinitions?: readonly { readonly name?: string }[] | null
  readonly rows?: readonly TableRow[] | null
  readonly metadata?: Record<string, unknown>
}

/** Turns what the API server sends of one resource into objects, in whichever form it was asked for. */
export class ObjectReader {
  readonly #resource: Resource
  /** The fields that a table's cells become. Only the first event of a watch names its columns. */
  #columns: readonly string[] = []

  constructor(resource: Resource) {
    this.#resource = resource
  }

  /** What stands around the elements of a list: a table's columns are in it. */
  envelope(text: string): void {
    if (this.#resource.form === 'table') this.#takeColumns(JSON.parse(text) as Table)
  }

  /** An element of a list. */
  element(bytes: Uint8Array): KubeObject {
    const value = parseBytes(bytes) as Raw
    return this.#resource.form === 'table' ? this.#fromRow(value as TableRow) : slim(value)
  }

  /** The `object` of an event. */
  eventObject(value: unknown): KubeObject {
    if (this.#resource.form !== 'table' || (value as Raw).kind !== 'Table') return slim(value as Raw)
    const table = value as Table
    this.#takeColumns(table)
    const [row] = table.rows ?? []
    return row ? this.#fromRow(row) : ({ metadata: table.metadata ?? {} } as unknown as KubeObject)
  }

  #takeColumns({ columnDefinitions }: Table): void {
    if (columnDefinitions && columnDefinitions.length > 0)
      this.#columns = columnDefinitions.map(({ name = '' }) => name.charAt(0).toLowerCase() + name.slice(1))
  }

  #fromRow({ cells = [], object }: TableRow): KubeObject {
    const { group, version, kind } = this.#resource
    const result: Raw = {
      apiVersion: group === '' ? version : `${group}/${version}`,
      kind,
      metadata: object?.metadata ?? {},
    }
    for (const [i, name] of this.#columns.entries()) if (name !== 'metadata') result[name] = cells[i]
    return slim(result)
  }
}

/** Parsed JSON of bytes that are only lent. */
export function parseBytes(bytes: Uint8Array): unknown {
  const cut = withoutManagedFields(bytes)
  return JSON.parse(Buffer.from(cut.buffer, cut.byteOffset, cut.byteLength).toString('utf8')) as unknown
}

function slim(object: Raw): KubeObject {
  const { metadata } = object
  if (metadata === undefined || metadata === null) throw new Error('an object has no metadata')
  if (metadata.managedFields !== undefined) delete metadata.managedFields
  const { annotations } = metadata
  if (annotations && LAST_APPLIED in annotations) {
    const { [LAST_APPLIED]: _, ...others } = annotations
    metadata.annotations = others
  }
  return object as unknown as KubeObject
}
