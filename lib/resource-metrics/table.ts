import type { PodFigures, Usage } from './figures.ts'
import { metadataOf, metricsObject, type Measured, windowText } from './metrics-object.ts'
import { addQuantities, parseExactQuantity, type Quantity, quantityText } from './quantity.ts'

/** What a row carries beside its cells; `Object` where nobody says. */
export type IncludeObject = 'None' | 'Metadata' | 'Object'

/** A Table: columns are the resources of the first row. Its rows are made as they are taken. */
export function tableColumns(first: Measured | undefined): readonly object[] {
  const column = (name: string, format: string, description: string) => ({
    name,
    type: 'string',
    format,
    description,
    priority: 0,
  })
  if (first === undefined) return []
  const resources = resourcesOf(first).map((name) => column(name, 'quantity', ''))
  return [column('Name', 'name', 'Name of the resource'), ...resources, column('Window', 'duration', '')]
}

/** The names of the resources in the order of the columns. */
export function resourcesOf(first: Measured): string[] {
  return Object.keys(usageOf(first)).toSorted()
}

export function tableRow(one: Measured, resources: readonly string[], include: IncludeObject, nowMs: number): object {
  const usage = usageOf(one)
  const cells = [one.object.name, ...resources.map((name) => usage[name] ?? '0'), windowText(one.figures)]
  if (include === 'None') return { cells, object: null }
  if (include === 'Object') return { cells, object: metricsObject(one, nowMs, false) }
  return { cells, object: partialMetadata(one, nowMs) }
}

/** The metadata as an object of its own. */
export function partialMetadata(one: Measured, nowMs: number, isItem = false): object {
  const kind = isItem ? {} : { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1' }
  return { ...kind, metadata: metadataOf(one.object, nowMs) }
}

function usageOf({ figures }: Measured): Usage {
  if ('usage' in figures) return canonical(figures.usage)
  return summed(figures)
}

function canonical(usage: Usage): Usage {
  return mapValues(usage, (text) => quantityText(parseExactQuantity(text)))
}

function summed({ containers }: PodFigures): Usage {
  const sums: Record<string, Quantity> = {}
  for (const { usage } of containers) {
    for (const [name, text] of Object.entries(usage)) {
      const quantity = parseExactQuantity(text)
      sums[name] = sums[name] === undefined ? quantity : addQuantities(sums[name], quantity)
    }
  }
  return mapValues(sums, quantityText)
}

function mapValues<T>(record: Readonly<Record<string, T>>, change: (value: T) => string): Usage {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]))
}
