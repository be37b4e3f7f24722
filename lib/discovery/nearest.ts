import type { Nearest } from './reason.ts'
import type { MetaRecord } from './records.ts'
import { formatRequirement, meets, type LabelRequirement } from '#lib/kube'

/** How many proposals are made. */
const MOST = 3

/** The texts that are most like a wanted one, the nearest first. */
export function nearestTexts(wanted: string, texts: readonly string[]): string[] {
  const scored = texts.map((text) => ({ text, score: distance(wanted, text) }))
  return scored
    .toSorted((a, b) => a.score - b.score)
    .slice(0, MOST)
    .map(({ text }) => text)
}

/** Objects that would be selected if one of their labels were another. */
export function nearestObjects(requirements: readonly LabelRequirement[], objects: Iterable<MetaRecord>): Nearest[] {
  const found: { readonly nearest: Nearest; readonly score: number }[] = []
  for (const object of objects) {
    const failing = requirements.filter((requirement) => !meets(requirement, object.labels))
    if (failing.length === 1) found.push(proposalFor(object, failing[0]))
  }
  return found
    .toSorted((a, b) => a.score - b.score)
    .slice(0, MOST)
    .map(({ nearest }) => nearest)
}

function proposalFor(object: MetaRecord, requirement: LabelRequirement): { nearest: Nearest; score: number } {
  const { namespace, name, labels } = object
  const { key, operator, values } = requirement
  const has = Object.hasOwn(labels, key) ? labels[key] : ''
  const wants = formatRequirement(requirement)
  const facts = { namespace, name, label: key, has, wants }
  const isMissing = !Object.hasOwn(labels, key)
  if (operator === '!' || operator === 'notin') return { nearest: { id: 'remove-label', facts }, score: 100 }
  const score = isMissing ? 50 : Math.min(...values.map((value) => distance(value, has)))
  return { nearest: { id: isMissing ? 'add-label' : 'change-label', facts }, score }
}

/** Longer texts are not compared letter by letter. */
const COMPARED = 64

/** How many letters differ (Levenshtein); case counts little. */
export function distance(a: string, b: string): number {
  if (a === b) return 0
  const x = a.slice(0, COMPARED).toLowerCase()
  const y = b.slice(0, COMPARED).toLowerCase()
  let row = Array.from({ length: y.length + 1 }, (_, j) => j)
  for (let i = 1; i <= x.length; i++) row = nextRow(row, x[i - 1], y, i)
  return row[y.length] + 0.1
}

function nextRow(row: readonly number[], letter: string, y: string, i: number): number[] {
  const next = [i]
  for (let j = 1; j <= y.length; j++) {
    const change = row[j - 1] + (letter === y[j - 1] ? 0 : 1)
    next.push(Math.min(change, row[j] + 1, next[j - 1] + 1))
  }
  return next
}
