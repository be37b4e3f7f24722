import { formatFloatF, type Labels, METRIC_NAME } from '#lib/model'
import { HISTOGRAM, histogramAt, newSeries, NONE, setFloat, type VectorSeries, type VectorValue } from '../columns.ts'
import type { QueryContext } from '../context.ts'
import { histogramText } from '../histogram/text.ts'
import { groupSeries } from './grouping.ts'
import type { AggregateRequest } from './accumulators.ts'

/** count_values: how many members of a group have each value; the value becomes a label. */
export function countValues(
  input: VectorValue,
  label: string,
  request: AggregateRequest,
  context: QueryContext,
): VectorValue {
  const output = new Map<string, VectorSeries>()
  const grouping = request.without ? [...request.grouping, label] : request.grouping
  // What is grouped without a label has it no more, even where it would be the value.
  const isDropped = request.without && (label === METRIC_NAME || request.grouping.includes(label))
  for (const group of groupSeries(input.series, grouping, request.without)) {
    const known = new Map<number, VectorSeries>()
    for (const member of group.members) {
      for (let step = 0; step < member.values.length; step++) {
        if (member.present[step] === NONE) continue
        // The zeros are one key of a Map, but are written differently.
        const isKey = member.present[step] !== HISTOGRAM && !Object.is(member.values[step], -0)
        const out =
          (isKey ? known.get(member.values[step]) : undefined) ??
          outputFor(
            output,
            isDropped ? group.labels : withValue(group.labels, label, member, step),
            group.dropName,
            member,
          )
        if (isKey) known.set(member.values[step], out)
        setFloat(out, step, out.values[step] + 1)
      }
    }
  }
  const series = [...output.values()]
  for (const out of series) context.holdSeries(out)
  return { kind: 'vector', series }
}

function withValue(labels: Labels, label: string, member: VectorSeries, step: number): Labels {
  return labels.with({ [label]: valueText(member, step) })
}

function valueText(member: VectorSeries, step: number): string {
  return member.present[step] === HISTOGRAM
    ? histogramText(histogramAt(member, step))
    : formatFloatF(member.values[step])
}

function outputFor(
  output: Map<string, VectorSeries>,
  labels: Labels,
  dropName: boolean,
  member: VectorSeries,
): VectorSeries {
  let out = output.get(labels.key)
  if (!out) {
    out = newSeries(labels, dropName, member.values.length)
    output.set(labels.key, out)
  }
  return out
}
