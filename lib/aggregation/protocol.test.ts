import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type CertificatePair, makeAuthority } from '#lib/certificates'
import { openLog } from '#lib/log'
import { getObject } from '#lib/kube'
import { API_SERVICE_PATH, type ApiService, fingerprints, isOurs, pemOf } from './api-service.ts'
import { ApiServiceKeeper } from './api-service-keeper.ts'
import { AuthorityStore } from './authority-store.ts'
import { FakeObjects, unreachable } from './fake-objects.suite.ts'
import { type AggregationNames, defaultTimings } from './names.ts'
import { ServingCertificate } from './serving-certificate.ts'
import { Trust } from './trust.ts'

/**
 * The protocol of several replicas over one Secret and one APIService, run with random timing, lost requests and lost
 * answers, people who delete and ask for things, and replicas that come and go. After each round every replica that
 * serves must be trusted, and no foreign APIService may have been written to.
 */
const names: AggregationNames = {
  namespace: 'binnacle',
  service: 'binnacle-metrics-api',
  secret: 'binnacle-metrics-api-ca',
  clusterRole: 'binnacle-metrics-api',
  instance: '',
}
const secretPath = '/api/v1/namespaces/binnacle/secrets/binnacle-metrics-api-ca'
const rolePath = '/apis/rbac.authorization.k8s.io/v1/clusterroles/binnacle-metrics-api'
const timings = { ...defaultTimings, retireMs: 600_000 }
const log = openLog({ level: 'error', format: 'json' })
const startMs = Date.now()

const [SEEDS, ROUNDS, ROUND_MS] = [30, 140, 20_000]
/** Rounds at the end in which nobody does anything and nothing is lost: long enough for two changes of authorities. */
const CALM = 80

/** Real ones are slow to make: they are made once and used again in each run. */
const pool: CertificatePair[] = await Promise.all(
  Array.from({ length: 12 }, (_, i) =>
    makeAuthority({
      commonName: `authority ${i}`,
      notBeforeMs: startMs - 1000,
      notAfterMs: startMs + 365 * 86_400_000,
    }),
  ),
)

class World {
  readonly fake = new FakeObjects()
  readonly random: () => number
  replicas: Simulated[] = []
  nowMs = startMs
  made = 0
  lossRate = 0
  foreignWrites = 0
  pending: (() => void) | undefined
  happenedAt = -1
  /** What was trusted a round ago. */
  before: Set<string> | undefined

  constructor(seed: number) {
    this.random = generator(seed)
    this.fake.put(rolePath, { metadata: { name: names.clusterRole, uid: 'role-uid' } })
    this.fake.before = async (method, path) => {
      await this.pause()
      if (this.random() < this.lossRate) unreachable()
      if (this.random() < 0.2) this.happen()
      const object = this.apiService()
      const isForeign = object !== undefined && !isOurs(object, names)
      if (method !== 'GET' && path.startsWith(API_SERVICE_PATH) && isForeign) this.foreignWrites = this.#writes()
    }
    this.fake.after = async (method, path) => {
      const isForeign = this.foreignWrites !== 0
      if (isForeign && method !== 'GET' && path.startsWith(API_SERVICE_PATH))
        assert.equal(this.#writes(), this.foreignWrites, "another program's APIService was written to")
      this.foreignWrites = 0
      await this.pause()
      if (this.random() < this.lossRate) unreachable()
    }
  }

  apiService(): ApiService | undefined {
    return this.fake.objects.get(API_SERVICE_PATH) as unknown as ApiService | undefined
  }

  async pause(): Promise<void> {
    for (let ticks = Math.floor(this.random() * 12); ticks > 0; ticks--) await Promise.resolve()
  }

  /** What people do comes between a replica's reading and its writing. */
  happen(): void {
    const happens = this.pending
    this.pending = undefined
    happens?.()
  }

  #writes(): number {
    // To give up what ties it to us is all that may be done to it.
    const isRelease = (body: object) => !('spec' in body)
    return this.fake.writes.filter(({ path, body }) => path.startsWith(API_SERVICE_PATH) && !isRelease(body)).length + 1
  }
}

class Simulated {
  readonly name: string
  readonly certificate: ServingCertificate
  readonly keeper: ApiServiceKeeper
  readonly trust: Trust
  readonly sinceRound: number
  signer = ''
  serves = false

  constructor(world: World, name: string, round = -Infinity) {
    this.name = name
    this.sinceRound = round
    const own = { ...names, instance: name }
    const now = () => world.nowMs
    const { api } = world.fake
    this.trust = new Trust(now)
    const store = new AuthorityStore({
      api,
      names: own,
      now,
      trusted: async () => {
        const object = await getObject<ApiService>(api, API_SERVICE_PATH)
        return object !== undefined && isOurs(object, own) ? pemOf(object.spec.caBundle) : ''
      },
      makeAuthority: () => Promise.resolve(pool[world.made++ % pool.length]),
    })
    this.certificate = new ServingCertificate({
      store,
      trust: this.trust,
      names: own,
      timings,
      log,
      now,
      signServing: (authority) => {
        ;[this.signer] = fingerprints(authority.cert)
        return Promise.resolve({ cert: '', key: '' })
      },
      changed: () => {},
    })
    this.keeper = new ApiServiceKeeper({
      api,
      names: own,
      certificate: this.certificate,
      trust: this.trust,
      log,
      now,
      isReady: () => this.serves,
    })
  }

  /** One round of both loops, side by side. */
  async round(world: World): Promise<void> {
    if (this.signer === '') await this.certificate.look().catch(lost)
    if (this.signer !== '' && !this.serves) this.serves = await this.keeper.look().then(() => true, lost)
    await Promise.all([
      world
        .pause()
        .then(() => this.certificate.look())
        .catch(lost),
      world
        .pause()
        .then(() => this.keeper.look())
        .catch(lost),
    ])
  }
}

function lost(error: unknown): false {
  if (/cannot reach|changes faster/.test((error as Error).message)) return false
  throw error
}

const people: Readonly<Record<string, (world: World, round: number) => void>> = {
  'delete the Secret': ({ fake }) => void fake.objects.delete(secretPath),
  'ask for a new authority': ({ fake }) => {
    if (fake.objects.has(secretPath))
      fake.patch(secretPath, { metadata: { annotations: { 'binnacle/rotate': 'now' } } })
  },
  'delete the APIService': ({ fake }) => void fake.objects.delete(API_SERVICE_PATH),
  'install another program': ({ fake }) =>
    fake.put(API_SERVICE_PATH, {
      metadata: { name: 'v1beta1.metrics.k8s.io' },
      spec: { insecureSkipTLSVerify: true, service: { name: 'metrics-server', namespace: 'kube-system' } },
    }),
  'make our APIService that of another program': (world) => {
    if (!world.fake.objects.has(API_SERVICE_PATH)) return
    const service = { name: 'metrics-server', namespace: 'kube-system' }
    world.fake.patch(API_SERVICE_PATH, { spec: { caBundle: null, insecureSkipTLSVerify: true, service } })
  },
  'remove the other program': (world) => {
    const object = world.apiService()
    if (object !== undefined && !isOurs(object, names)) world.fake.objects.delete(API_SERVICE_PATH)
  },
  'break the bundle': (world) => {
    const object = world.apiService()
    if (object !== undefined && isOurs(object, names)) world.fake.patch(API_SERVICE_PATH, { spec: { caBundle: null } })
  },
  'break the bundle, and install another program while it is repaired': (world, round) => {
    people['break the bundle'](world, round)
    world.pending = () => people['install another program'](world, round)
  },
  'replace a replica': (world, round) => {
    world.replicas.shift()
    world.replicas.push(new Simulated(world, `r${round}`, round))
  },
}

test('aggregation: whatever happens around them, replicas that serve are trusted and no foreign APIService is written to', async () => {
  for (let seed = 1; seed <= SEEDS; seed++) await run(seed)
})

async function run(seed: number): Promise<void> {
  const world = new World(seed)
  world.replicas = [new Simulated(world, 'a'), new Simulated(world, 'b')]
  const story: string[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const what = Object.keys(people)[Math.floor(world.random() * Object.keys(people).length)]
    if (world.random() < 0.15 && round > 5 && round < ROUNDS - CALM) {
      world.pending = () => people[what](world, round)
      world.happenedAt = round
      story.push(`${round}: ${what}`)
    }
    world.lossRate = round % 20 < 15 && round < ROUNDS - CALM ? 0.1 : 0
    await Promise.all(world.replicas.map((replica) => replica.round(world)))
    world.happen()
    world.nowMs += ROUND_MS
    // What happened after everyone had looked, the next round sees.
    if (world.happenedAt !== round) check(world, round, `seed ${seed}, round ${round}: ${story.join(', ')}`)
    world.before = heldIn(world)
  }
  settled(world, `seed ${seed}: ${story.join(', ')}`)
}

/** Whoever serves is trusted, also by an API server that is a round behind. Replicas that are new have had no choice. */
function check(world: World, round: number, when: string): void {
  const held = heldIn(world)
  if (held === undefined || world.lossRate > 0) return
  const isQuiet = world.happenedAt < round - 2 && world.before !== undefined
  for (const { name, signer, serves, sinceRound } of world.replicas) {
    if (!serves) continue
    assert.ok(held.has(signer), `${name} serves with what nobody trusts (${when})`)
    if (isQuiet && sinceRound < round - 2)
      assert.ok(world.before?.has(signer), `${name} serves with what is hardly known (${when})`)
  }
}

/** What our APIService says is to be trusted; undefined where there is none of ours. */
function heldIn(world: World): Set<string> | undefined {
  const object = world.apiService()
  return object !== undefined && isOurs(object, names) ? fingerprints(pemOf(object.spec.caBundle)) : undefined
}

/** When nobody has done anything for long, all is in order again. */
function settled(world: World, when: string): void {
  const object = world.apiService()
  const roles = new Set(world.replicas.map(({ keeper }) => keeper.state.role))
  assert.equal(roles.size, 1, when)
  if (object === undefined || !isOurs(object, names)) {
    assert.deepEqual([...roles], ['standing-by'], when)
    assert.deepEqual(object?.metadata.ownerReferences ?? [], [], when)
  } else {
    assert.deepEqual([...roles], ['serving'], when)
    assert.equal(fingerprints(pemOf(object.spec.caBundle)).size, 1, `old authorities are gone (${when})`)
    assert.equal(new Set(world.replicas.map(({ signer }) => signer)).size, 1, when)
  }
}

/** The same numbers for the same seed (mulberry32). */
function generator(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
