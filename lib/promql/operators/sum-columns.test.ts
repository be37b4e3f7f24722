import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { Labels } from '#lib/model'
import { FLOAT, NONE, type VectorSeries } from '../columns.ts'
import { addColumn, sumColumnsReference } from './sum-columns.ts'

const STEPS = 5

const cell = fc.option(fc.oneof(fc.double(), fc.constantFrom(1e308, -1e308, 1e-300, 0.1)), { freq: 4, nil: undefined })

const series = fc.array(cell, { minLength: STEPS, maxLength: STEPS }).map((cells): VectorSeries => ({
  labels: Labels.empty,
  dropName: false,
  values: Float64Array.from(cells, (value) => value ?? 0),
  present: Uint8Array.from(cells, (value) => (value === undefined ? NONE : FLOAT)),
  samples: -1,
  histograms: undefined,
}))

test('sum-columns: adding column by column gives what adding step by step gives', () => {
  fc.assert(
    fc.property(fc.array(series, { maxLength: 12 }), (members) => {
      const sum = new Float64Array(STEPS)
      const compensation = new Float64Array(STEPS)
      const added = new Uint8Array(STEPS)
      for (const { values, present } of members) addColumn(values, present, sum, compensation, added)
      for (let step = 0; step < STEPS; step++) {
        assert.equal(sum[step] + compensation[step], sumColumnsReference(members, step))
      }
    }),
  )
})

test('sum-columns: small numbers between large ones are not lost', () => {
  const sum = new Float64Array(1)
  const compensation = new Float64Array(1)
  const added = new Uint8Array(1)
  for (const value of [1e100, 1, -1e100])
    addColumn(Float64Array.of(value), Uint8Array.of(FLOAT), sum, compensation, added)
  assert.equal(sum[0] + compensation[0], 1)
})
