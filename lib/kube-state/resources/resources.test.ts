import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { LineWriter, ResourceFamilies } from '../family.ts'
import { kubeStateResources } from '../registry.ts'

test('kube-state resources: all 39 are there, with 336 families of different names', () => {
  const names = kubeStateResources.flatMap(({ families }) => families.map(({ name }) => name))
  assert.equal(kubeStateResources.length, 39)
  assert.equal(names.length, 336)
  assert.equal(new Set(names).size, 336)
})

test('kube-state resources: an empty object gives lines of empty labels and zeros', () => {
  for (const resource of kubeStateResources) render(resource, {})
})

test('kube-state resources: fields of any type never make a family throw, nor give labels that are no strings', () => {
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      for (const resource of kubeStateResources) render(resource, wildObject(new Dice(seed), 0))
    }),
    { numRuns: 300 },
  )
})

/** Renders every family and checks what goes to the writer. */
function render(resource: ResourceFamilies, object: object): void {
  const writer = new CheckingWriter()
  writer.labelled(resource.baseNames, resource.base(object as never), 0)
  for (const family of resource.families) family.lines(object as never, writer)
}

class CheckingWriter implements LineWriter {
  value(value: number): void {
    assert.ok(typeof value === 'number' && !Number.isNaN(value))
  }

  labelled(names: readonly string[], values: readonly string[], value: number): void {
    assert.equal(names.length, values.length)
    for (const label of values) assert.equal(typeof label, 'string', names.join())
    this.value(value)
  }

  allowedLabels(labels: Readonly<Record<string, string>> | undefined): void {
    for (const label of Object.values(labels ?? {})) assert.equal(typeof label, 'string')
  }

  allowedAnnotations(annotations: Readonly<Record<string, string>> | undefined): void {
    this.allowedLabels(annotations)
  }
}

/** What fields hold in earnest, so that a family gets beyond its first check. */
const TEXTS = `1 250m 1Gi 1e99 9223372036854775807Ei 0x 25% % True False Unknown Ready Failed Complete PodScheduled
  DisruptionTarget Object Pods External Resource ContainerResource InternalIP 10.0.0.1 ::ffff:10.0.0.1 fe80::1%eth0
  2024-02-29T12:00:00Z 0001-01-01T00:00:00Z +275760-09-13T00:00:00Z 9999-12-31T23:59:59+14:00 @hourly @every_1h
  America/New_York __proto__ constructor kubernetes.io/ingress.class node-role.kubernetes.io/x hugepages-2Mi a/b`.split(
  /\s+/,
)
const SCHEDULES = ['*/5 * * * *', '0 0 31 2 *', '@every 1h', ', , , , ,', '']
const KEYS = [
  'cpu',
  'memory',
  'storage',
  'pods',
  'hugepages-1Gi',
  'nvidia.com/gpu',
  'x',
  '__proto__x',
  '',
  'a.b/c',
  'a_b/c',
]

class Dice {
  #state: number

  constructor(seed: number) {
    this.#state = seed >>> 0
  }

  below(limit: number): number {
    this.#state = (Math.imul(this.#state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((this.#state / 2 ** 32) * limit)
  }

  of<T>(choices: readonly T[]): T {
    return choices[this.below(choices.length)]
  }
}

/** An object that has every field it is asked for, each of some type, always the same. */
function wildObject(dice: Dice, depth: number): object {
  const fields = new Map<PropertyKey, unknown>()
  const field = (name: PropertyKey): unknown => {
    if (typeof name === 'symbol') return undefined
    if (!fields.has(name)) fields.set(name, wildValue(dice, depth + 1))
    return fields.get(name)
  }
  const keys = Array.from({ length: dice.below(4) }, () => dice.of(KEYS))
  return new Proxy(
    {},
    {
      get: (_, name) => field(name),
      ownKeys: () => [...new Set(keys)],
      getOwnPropertyDescriptor: (_, name) => ({ value: field(name), enumerable: true, configurable: true }),
    },
  )
}

function wildValue(dice: Dice, depth: number): unknown {
  const die = dice.below(depth > 8 ? 6 : 14)
  if (die < 6)
    return [undefined, null, dice.below(2) === 1, dice.of([-1, 0, 1.5, 2 ** 53]), dice.of(TEXTS), dice.of(SCHEDULES)][
      die
    ]
  if (die < 10) return wildObject(dice, depth)
  return Array.from({ length: dice.below(4) }, () => wildValue(dice, depth + 1))
}
