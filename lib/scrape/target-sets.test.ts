import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import * as fc from 'fast-check'
import { type DiscoveredGroup, parseKubernetesSd } from '#lib/discovery'
import { type Logger, openLog } from '#lib/log'
import { defaultRelabelConfig, type RelabelConfig } from '#lib/relabel'
import { GroupResolver } from './found-group.ts'
import { kubernetesOwner } from './found-pool.ts'
import { internalKind } from './internal-address.ts'
import { defaultPoolOptions, type PoolConfig, type PoolOptions } from './pool.ts'
import type { ResolvedTarget } from './resolve.ts'
import type { ScrapeTarget, TargetsChange } from './scrape-target.ts'
import { TargetSets, type TargetSetsParts } from './target-sets.ts'

const log = openLog({ level: 'error', format: 'json' })
const rule = (config: Partial<RelabelConfig>): RelabelConfig => ({ ...defaultRelabelConfig, ...config })

/** What the scraping thread would have. */
class Scraper {
  readonly changes: TargetsChange[] = []
  readonly targets = new Map<string, ScrapeTarget>()

  apply(change: TargetsChange): void {
    this.changes.push(change)
    for (const target of change.add) this.targets.set(target.id, target)
    for (const id of change.remove) assert.ok(this.targets.delete(id))
  }

  urls(): string[] {
    return Array.from(this.targets.values(), ({ url }) => url)
  }
}

function make(parts: Partial<TargetSetsParts> = {}) {
  const scraper = new Scraper()
  const sets = new TargetSets({ log, send: async (change) => scraper.apply(change), ...parts })
  return { scraper, sets }
}

function pool(name: string, more: Partial<PoolConfig> = {}, options: Partial<PoolOptions> = {}): PoolConfig {
  return { name, groups: [], ...more, options: { ...defaultPoolOptions, ...options } }
}

const statics = (...targets: string[]) => ({ groups: [{ targets, labels: {} }] })
const group = (source: string, ...targets: Record<string, string>[]): DiscoveredGroup => ({
  source,
  targets,
  labels: { __meta_kubernetes_namespace: 'ns' },
})
const untrusted = { untrusted: true }

/** What was dropped, as `address reason`. */
const drops = async (sets: TargetSets) =>
  (await sets.dropped()).map(({ discoveredLabels, reason }) => `${discoveredLabels.__address__} ${reason.id}`)

test('targets: they get job, instance and their URL, each once', async () => {
  const { scraper, sets } = make()
  const labels = { __param_target: 't', job: 'own' }
  sets.setPools([
    pool(
      'a',
      { groups: [{ targets: ['h:1', 'h:1', '[::1]:2'], labels }] },
      { scheme: 'https', metricsPath: '/m', params: { module: ['x', 'y z'] } },
    ),
  ])
  await sets.settled()
  assert.deepEqual(scraper.urls(), [
    'https://h:1/m?module=x&module=y+z&target=t',
    'https://[::1]:2/m?module=x&module=y+z&target=t',
  ])
  assert.deepEqual([...scraper.targets.values()][0].pairs, ['instance', 'h:1', 'job', 'own'])
  assert.deepEqual(await drops(sets), ['h:1 duplicate'])
})

test('targets: relabelling sets address, path, parameters, interval and labels, and meta labels go', async () => {
  const { scraper, sets } = make()
  const relabel = [
    rule({ source_labels: ['__meta_port'], target_label: '__address__', replacement: 'h:$1' }),
    rule({ target_label: '__metrics_path__', replacement: 'no-slash' }),
    rule({ target_label: '__param_module', replacement: 'z' }),
    rule({ target_label: '__scrape_interval__', replacement: '7s' }),
    rule({ target_label: '__scrape_timeout__', replacement: '3s' }),
    rule({ source_labels: ['__meta_kubernetes_namespace'], target_label: 'namespace' }),
  ]
  sets.setPools([pool('a', { relabel }, { params: { module: ['x', 'y'] } })])
  sets.setGroups('a', 'sd', [group('pod/1', { __address__: 'old', __meta_port: '8' })])
  await sets.settled()
  const [target] = [...scraper.targets.values()]
  assert.deepEqual(
    [target.url, target.intervalMs, target.timeoutMs],
    ['http://h:8/no-slash?module=z&module=y', 7000, 3000],
  )
  assert.deepEqual(target.pairs, ['instance', 'h:8', 'job', 'a', 'namespace', 'ns'])
})

test('targets: what is dropped is told with the reason, and the rule with what it saw', async () => {
  const { sets } = make()
  const bad = (name: string, label: string, replacement: string) =>
    rule({ source_labels: ['__address__'], regex: name, target_label: label, replacement })
  const relabel = [
    rule({ action: 'keep', source_labels: ['__address__'], regex: '[^-]+' }),
    bad('none', '__address__', ''),
    bad('slash', '__address__', 'a/b'),
    bad('at', '__address__', 'u@h:1'),
    bad('scheme', '__scheme__', 'ftp'),
    bad('interval', '__scrape_interval__', 'often'),
    bad('timeout', '__scrape_timeout__', '2m'),
  ]
  sets.setPools([
    pool('a', { relabel, ...statics('not-kept', 'none', 'slash', 'at', 'scheme', 'interval', 'timeout', 'ok') }),
  ])
  await sets.settled()
  assert.deepEqual(await drops(sets), [
    'not-kept relabelled-away',
    'none no-address',
    'slash invalid-address',
    'at invalid-address',
    'scheme invalid-scheme',
    'interval invalid-interval',
    'timeout invalid-timeout',
  ])
  const [{ reason, discoveredLabels }] = await sets.dropped()
  assert.deepEqual(reason.facts, {
    rule: 0,
    action: 'keep',
    sourceLabels: '__address__',
    regex: '[^-]+',
    targetLabel: '',
    value: 'not-kept',
  })
  assert.equal(discoveredLabels.__scrape_interval__, '1m')
  assert.deepEqual(sets.droppedCounts(), { a: 7 })
})

test('targets: only what changed travels; a group takes the place of the one of its source', async () => {
  const { scraper, sets } = make()
  sets.setPools([pool('a')])
  sets.setGroups('a', '0', [group('pod/1', { __address__: 'h:1' }), group('pod/2', { __address__: 'h:2' })])
  sets.setGroups('a', '1', [group('pod/1', { __address__: 'h:3' })])
  await sets.settled()
  assert.equal(scraper.targets.size, 3)
  const before = scraper.changes.length
  sets.setGroups('a', '0', [group('pod/1', { __address__: 'h:1', __meta_new: 'x' })])
  await sets.settled()
  assert.equal(scraper.changes.length, before)
  sets.setGroups('a', '0', [group('pod/2', { __address__: 'h:4' }), group('pod/1')])
  await sets.settled()
  assert.deepEqual(scraper.urls().toSorted(), ['http://h:3/metrics', 'http://h:4/metrics'])
  assert.deepEqual([scraper.changes.at(-1)?.add.length, scraper.changes.at(-1)?.remove.length], [1, 2])
  sets.setGroups('a', '1', [], true)
  await sets.settled()
  assert.deepEqual(scraper.urls(), ['http://h:4/metrics'])
  sets.setPools([])
  await sets.settled()
  assert.equal(scraper.targets.size, 0)
  assert.equal(scraper.changes.at(-1)?.goneSetups.length, 1)
})

test('targets: a changed configuration keeps what was found, and targets that stay the same', async () => {
  const { scraper, sets } = make()
  sets.setPools([pool('a'), pool('b', statics('x:1'))])
  sets.setGroups('a', '0', [group('pod/1', { __address__: 'h:1' }), group('pod/2', { __address__: 'h:2' })])
  await sets.settled()
  const relabel = [rule({ action: 'drop', source_labels: ['__address__'], regex: 'h:2' })]
  sets.setPools([pool('a', { relabel }), pool('b', statics('x:1'))])
  await sets.settled()
  const last = scraper.changes.at(-1)
  assert.deepEqual([last?.add.length, last?.remove.length, last?.setups.length], [0, 1, 0])
  sets.setPools([pool('a', { relabel }, { honorLabels: true }), pool('b', statics('x:1'))])
  await sets.settled()
  assert.equal(scraper.changes.at(-1)?.setups[0].options.honorLabels, true)
  assert.deepEqual(scraper.urls().toSorted(), ['http://h:1/metrics', 'http://x:1/metrics'])
})

test('targets: what a discovery found goes when it becomes another one, and only that', async () => {
  const { scraper, sets } = make()
  const [pods, nodes, services] = (['pod', 'node', 'service'] as const).map((role) => parseKubernetesSd({ role }))
  sets.setPools([pool('a', { kubernetes: [pods, nodes] })])
  sets.setGroups('a', kubernetesOwner(0), [group('1', { __address__: 'pod:1' })])
  sets.setGroups('a', kubernetesOwner(1), [group('1', { __address__: 'node:1' })])
  await sets.settled()
  sets.setPools([pool('a', { kubernetes: [services, nodes] })])
  await sets.settled()
  assert.deepEqual(scraper.urls(), ['http://node:1/metrics'])
})

test('targets: a body that a pool of a higher rank scrapes is left to it', async () => {
  const { scraper, sets } = make()
  const found = { ...statics('h:80', 'h:81'), rank: -1 }
  sets.setPools([pool('annotations', found), pool('monitor', statics('h')), pool('twin', statics('h:80'))])
  await sets.settled()
  assert.deepEqual(await drops(sets), ['h:80 already-scraped'])
  assert.deepEqual((await sets.dropped())[0].reason.facts, { pool: 'monitor', url: 'http://h:80/metrics' })
  assert.equal(scraper.targets.size, 3)
  sets.setPools([pool('annotations', found)])
  await sets.settled()
  assert.deepEqual(scraper.urls().toSorted(), ['http://h:80/metrics', 'http://h:81/metrics'])
})

test('targets: a route makes a local body of a target, pins it, slows it, or refuses it', async () => {
  let refuses = false
  const { scraper, sets } = make({
    route: ({ address, path, discovered, query }) => {
      assert.deepEqual([path, query, discovered.job], ['/metrics', '', 'a'])
      if (address === 'pinned:1') return { pinnedSha256: 'ab' }
      if (refuses) return { refuse: { id: 'no-way', facts: { right: 'nodes/proxy' } } }
      return { source: `proxy:${address}`, scrapeUrl: 'https://api/proxy', intervalAtLeastMs: 90_000 }
    },
  })
  sets.setPools([pool('a', statics('far:1', 'pinned:1'))])
  await sets.settled()
  const [far, pinned] = [...scraper.targets.values()]
  assert.deepEqual(
    [far.source, far.shownUrl, far.url, far.intervalMs],
    ['proxy:far:1', 'https://api/proxy', 'http://far:1/metrics', 90_000],
  )
  assert.deepEqual([pinned.source, pinned.pinnedSha256], [undefined, 'ab'])
  refuses = true
  sets.refreshRoutes()
  await sets.settled()
  assert.deepEqual(await drops(sets), ['far:1 no-way'])
})

test('targets: objects cannot lead to internal addresses, name files, or leave their namespace', async () => {
  const { scraper, sets } = make()
  const forge = rule({ target_label: 'namespace', replacement: 'kube-system' })
  const lead = rule({ source_labels: ['__meta_to'], regex: '(.+)', target_label: '__address__' })
  const http = { ...defaultPoolOptions.http, bearer_token_file: '/etc/shadow' }
  sets.setPools([
    pool('evil', { relabel: [forge, lead] }, untrusted),
    pool('files', statics('h:9'), { ...untrusted, http }),
    pool('ours', { relabel: [lead] }),
  ])
  const groups = ['', '127.0.0.1:1', '0x7f.1:80', '[fe80::1]', 'metadata.google.internal', '169.254.169.254:80'].map(
    (to, i) => group(`pod/${i}`, { __address__: 'h:1', __meta_to: to }),
  )
  sets.setGroups('evil', '0', groups)
  sets.setGroups('ours', '0', [group('pod/1', { __address__: 'h:1', __meta_to: '127.0.0.1:1' })])
  await sets.settled()
  assert.deepEqual(
    (await sets.dropped({ pool: 'evil' })).map(({ reason }) => [reason.id, reason.facts.kind]),
    ['loopback', 'loopback', 'link-local', 'metadata', 'link-local'].map((kind) => ['forbidden-address', kind]),
  )
  assert.deepEqual((await sets.dropped({ pool: 'files' }))[0].reason, {
    id: 'file-refused',
    facts: { field: 'bearer_token_file' },
  })
  assert.deepEqual(scraper.urls(), ['http://h:1/metrics', 'http://127.0.0.1:1/metrics'])
  const [evil] = [...scraper.targets.values()]
  assert.deepEqual(evil.pairs, ['instance', 'h:1', 'job', 'evil', 'namespace', 'ns'])
  assert.equal(evil.namespace, 'ns')
})

test('targets: each namespace has a limit of targets, over all pools of objects', async () => {
  const { scraper, sets } = make({ namespaceTargetLimit: 3 })
  sets.setPools([pool('a', {}, untrusted), pool('b', {}, untrusted), pool('ours')])
  for (const name of ['a', 'b', 'ours']) {
    sets.setGroups(name, '0', [group('pod/1', { __address__: `${name}:1` }, { __address__: `${name}:2` })])
  }
  await sets.settled()
  assert.deepEqual(await drops(sets), ['b:2 namespace-target-limit'])
  assert.equal(scraper.targets.size, 5)
})

test('targets: keep_dropped_targets limits what is shown, not what is counted', async () => {
  const { sets } = make()
  const relabel = [rule({ action: 'drop' })]
  sets.setPools([pool('a', { relabel, ...statics('a:1', 'b:1', 'c:1') }, { keepDroppedTargets: 2 })])
  await sets.settled()
  assert.equal((await sets.dropped()).length, 2)
  assert.deepEqual(sets.droppedCounts(), { a: 3 })
  const text = JSON.stringify(sets.telemetry())
  assert.match(text, /"scrape_job","a","reason","relabelled-away"\],"value":3/)
})

test('targets: changes that follow each other are taken together, the first one at once', async () => {
  const { scraper, sets } = make()
  sets.setPools([pool('a')])
  await sets.settled()
  for (let i = 0; i < 50; i++) {
    sets.setGroups('a', '0', [group(`pod/${i}`, { __address__: `h:${i + 1}` })])
    await sleep(2)
  }
  assert.ok(scraper.changes.length < 6, `${scraper.changes.length} changes`)
  await sets.settled()
  assert.equal(scraper.targets.size, 50)
})

test('targets: a scraper that fails for a moment gets everything in the end', async () => {
  const scraper = new Scraper()
  let fails = 2
  const told: string[] = []
  const sets = new TargetSets({
    log: { error: (_: object, text: string) => told.push(text) } as unknown as Logger,
    send: async (change) => {
      if (fails-- > 0) throw new Error('busy')
      scraper.apply(change)
    },
  })
  sets.setPools([pool('a', statics('h:1'))])
  await sets.settled()
  assert.deepEqual(scraper.urls(), ['http://h:1/metrics'])
  assert.equal(told.length, 2)
  await sets.stop()
})

test('targets: ten thousand pods never hold up the thread for more than 50 ms', async () => {
  const { scraper, sets } = make()
  const relabel = [
    rule({ action: 'keep', source_labels: ['__meta_kubernetes_pod_annotation_scrape'], regex: 'true' }),
    rule({
      source_labels: ['__address__', '__meta_kubernetes_pod_annotation_port'],
      regex: String.raw`([^:]+)(?::\d+)?;(\d+)`,
      replacement: '$1:$2',
      target_label: '__address__',
    }),
    rule({ action: 'labelmap', regex: '__meta_kubernetes_pod_label_(.+)' }),
  ]
  const groups = Array.from({ length: 10_000 }, (_, i) => {
    const labels: Record<string, string> = { __address__: `10.${i >> 8}.${i & 255}.1:80` }
    for (let k = 0; k < 30; k++) labels[`__meta_kubernetes_pod_label_l${k}`] = `v${i % 7}`
    labels.__meta_kubernetes_pod_annotation_scrape = i % 2 === 0 ? 'true' : ''
    labels.__meta_kubernetes_pod_annotation_port = '9100'
    return group(`pod/${i}`, labels)
  })
  sets.setPools([pool('a', { relabel })])
  await sets.settled()
  const longest = longestTurn()
  sets.setGroups('a', '0', groups)
  await sets.settled()
  assert.equal(scraper.targets.size, 5000)
  assert.ok(scraper.changes.every(({ add }) => add.length <= 500))
  const ms = longest()
  assert.ok(ms < 50, `the longest turn took ${ms} ms`)
})

test('targets: no label and no rule makes resolving throw', () => {
  const name = fc.constantFrom(
    '__address__',
    '__scheme__',
    '__metrics_path__',
    '__scrape_interval__',
    '__scrape_timeout__',
    '__proto__',
    '__param_a',
    '__param_',
    '__meta_kubernetes_namespace',
    'instance',
    'constructor',
  )
  const text = fc.oneof(
    fc.constantFrom('h:1', '[::1]:2', 'http', 'https', '1s', '9y', '/a?b', '\ud800', '%', '@', '\r\nX: y', '[', '::'),
    fc.string({ unit: 'grapheme' }),
    fc.webAuthority(),
  )
  const options = { ...defaultPoolOptions, params: { a: ['x', 'y'] } }
  fc.assert(
    fc.property(
      fc.array(fc.tuple(name, text)),
      fc.array(fc.tuple(name, text), { maxLength: 3 }),
      fc.boolean(),
      (labels, rules, untrusted) => {
        const relabel = rules.map(([target_label, replacement]) => rule({ target_label, replacement }))
        const resolver = new GroupResolver(pool('p', { relabel }, { ...options, untrusted }))
        const found = { group: group('s', Object.fromEntries(labels)), local: undefined, resolutions: undefined }
        const [resolution] = finished(resolver.resolve(found))
        if ('facts' in resolution) resolver.dropped(found, 0, resolution, true)
        else assertSound(resolution, untrusted)
      },
    ),
    { numRuns: 5000 },
  )
})

function finished<T>(steps: Generator<undefined, T>): T {
  let step = steps.next()
  while (!step.done) step = steps.next()
  return step.value
}

function assertSound({ url, timeoutMs, intervalMs }: ResolvedTarget, untrusted: boolean): void {
  assert.ok(URL.canParse(url), url)
  assert.ok(timeoutMs <= intervalMs && timeoutMs > 0)
  if (untrusted) assert.equal(internalKind(new URL(url).hostname), undefined)
}

/** Watches how much CPU this thread takes from turn to turn, whatever else the machine does; gives the most of it. */
function longestTurn(): () => number {
  let longest = 0
  let before = process.threadCpuUsage()
  let timer = setImmediate(turn)
  function turn() {
    const { user, system } = process.threadCpuUsage(before)
    longest = Math.max(longest, (user + system) / 1000)
    before = process.threadCpuUsage()
    timer = setImmediate(turn)
  }
  return () => {
    clearImmediate(timer)
    return longest
  }
}

test('targets: what strangers write beside static targets does not say of which namespace or pod they are', async () => {
  const pods: unknown[] = []
  const route: TargetSetsParts['route'] = ({ discovered }) => void pods.push(discovered.__meta_kubernetes_pod_name)
  const { scraper, sets } = make({ route })
  const labels = { __meta_kubernetes_namespace: 'bank', __meta_kubernetes_pod_name: 'vault', team: 'a' }
  const groups = [{ targets: ['h:1'], labels }]
  sets.setPools([pool('evil', { groups, namespace: 'shop' }, untrusted), pool('ours', { groups })])
  await sets.settled()
  const namespaces = Array.from(scraper.targets.values(), ({ pairs, namespace }) => [...pairs, namespace].join(' '))
  assert.deepEqual(namespaces, ['instance h:1 job evil namespace shop team a shop', 'instance h:1 job ours team a '])
  assert.deepEqual(pods, [undefined, 'vault'])
})
