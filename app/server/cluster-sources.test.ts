import assert from 'node:assert/strict'
import { test } from 'node:test'
import { everything, onlyNamespaces } from '#lib/storage'
import { refusingKubelets, statusFor } from './cluster-sources.ts'
import { noCluster } from './cluster-status.ts'

test('cluster: how it is reached names nodes and namespaces: only readers of everything are told', () => {
  const note = { subject: 'n1', level: 'ok', text: 'n1 and other-team', remedy: '' } as const
  const status = { ...noCluster(''), notes: [note] }
  assert.deepEqual(statusFor(status, everything).notes, [note])
  assert.deepEqual(statusFor(status, onlyNamespaces(['shop'])).notes, [])
})

const cases: readonly (readonly [text: string, status: string | undefined])[] = [
  ['server returned HTTP status 401 Unauthorized: our credentials are not accepted', '401'],
  ['server returned HTTP status 403 Forbidden', '403'],
  ['the API server answered 403: nodes "n1" is forbidden: User "me" cannot get nodes/proxy', '403'],
  ['answered HTTP status 401 through the API server: Unauthorized', '401'],
  ['10.0.0.1:10250: the certificate chain is self-signed: give ca_file, or insecure_skip_verify', 'certificate'],
  ['10.0.0.1:10250: it shows another certificate than the pinned one; nothing was sent to it', 'certificate'],
  ['10.0.0.1:401: connection refused', undefined],
  ['timed out after 10 s while connecting', undefined],
  ['the API server answered 503: error trying to reach service: dial tcp 10.0.0.1:10250: connect refused', undefined],
  ['10.0.0.1:10250: ECONNREFUSED', undefined],
]

test('cluster: a kubelet that refuses is found by the words of its scrape; one that does not answer is none', async () => {
  for (const [lastError, status] of cases) {
    const target = { scrapePool: 'kubelet', health: 'down', lastError, labels: { node: 'n1' }, lastScrapeMs: 5 }
    const found = await refusingKubelets(() => true, { active: async () => [target] as never })
    assert.deepEqual(
      found.map((one) => String(one.status)),
      status === undefined ? [] : [status],
      lastError,
    )
  }
})

test('cluster: each kubelet is told once, and only those that are scraped by default', async () => {
  const [lastError] = cases[0]
  const target = { health: 'down', lastError, lastScrapeMs: 5 }
  const active = [
    { ...target, scrapePool: 'kubelet', labels: { node: 'n1' } },
    { ...target, scrapePool: 'kubelet-cadvisor', labels: { node: 'n1' } },
    { ...target, scrapePool: 'kubelet-probes', labels: { node: 'n2' } },
    { ...target, scrapePool: 'kubelets-of-mine', labels: { node: 'n3' } },
    { ...target, scrapePool: 'kubelet', health: 'up', labels: { node: 'n4' } },
  ]
  const nodes = async (isOurs: boolean) =>
    (await refusingKubelets(() => isOurs, { active: async () => active as never })).map(({ node }) => node)
  assert.deepEqual(await nodes(true), ['n1', 'n2'])
  assert.deepEqual(await nodes(false), [])
})
