import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assumedRights, type KubeletWay } from '#lib/kube'
import { accessNotes, type NoteFacts } from './cluster-notes.ts'

const direct: KubeletWay = { way: 'direct', pinnedSha256: undefined }
const pinned: KubeletWay = { way: 'direct', pinnedSha256: 'aa' }
const relayed: KubeletWay = { way: 'api-server', why: 'it does not answer' }
const refused: KubeletWay = { way: 'refused', why: 'n3 answers with another certificate', remedy: 'Remove the entry.' }

const facts: NoteFacts = {
  user: 'me',
  notices: [],
  rights: assumedRights([]),
  isNarrowedByFlag: false,
  kubelets: [],
  proxyIntervalMs: 15_000,
  podsWay: 'direct',
  podsWhy: '',
  isBlind: false,
  metricsApiFailure: '',
  leftOut: [],
}
const mayNot = { ...facts.rights, mayProxyNodes: false, mayProxyPods: false }

/** `subject level: text`, and the remedy where there is one. */
function said(more: Partial<NoteFacts>): string[] {
  return accessNotes({ ...facts, ...more }).map(({ subject, level, text, remedy }) =>
    `${subject} ${level}: ${text} ${remedy}`.trim(),
  )
}

const cases: readonly (readonly [what: string, facts: Partial<NoteFacts>, said: readonly string[]])[] = [
  ['nothing is said before anything is known', { podsWay: 'unknown' }, []],
  [
    'what kube-state alone asks for is named where it is refused',
    { user: 'ann', leftOut: ['leases', 'secrets'] },
    [
      'kube-state idle: The state of leases, secrets is left out: ann may not list them. Grant the verbs list and watch on them.',
    ],
  ],
  [
    'the way to kubelets is said',
    { kubelets: [['n1', direct]] },
    ["kubelets ok: The kubelets of 1 node are read directly, over certificates that the cluster's CA vouches for."],
  ],
  [
    'pinned certificates are counted, and one that has changed is named',
    {
      kubelets: [
        ['n1', direct],
        ['n2', pinned],
        ['n3', refused],
      ],
    },
    [
      'kubelets ok: The kubelets of 2 nodes are read directly; the certificates of 1 are pinned, as no CA vouches for them.',
      'n3 warning: n3 answers with another certificate. Remove the entry.',
    ],
  ],
  [
    'the API server is said to relay, how often and why',
    {
      kubelets: [
        ['n1', direct],
        ['n2', relayed],
      ],
    },
    ['kubelets ok: The kubelets of 1 of 2 nodes are read through the API server, every 15 s (n2: it does not answer).'],
  ],
  [
    'where it may not, the missing right is named, and what is left',
    { kubelets: [['n2', relayed]], rights: mayNot, isBlind: true },
    [
      'kubelets warning: The kubelet of the only node cannot be read: not directly (n2: it does not answer), and not through the API server, whose user may not get nodes/proxy. Grant the verb get on nodes/proxy, or run Binnacle in the cluster.',
      'metrics.k8s.io ok: Use of nodes and pods that no kubelet tells of is read from metrics.k8s.io: CPU and memory alone.',
    ],
  ],
  [
    'where nothing is left that is said',
    { isBlind: true, metricsApiFailure: '404' },
    [
      'metrics.k8s.io warning: Use of nodes and pods is missing: kubelets cannot be read, and metrics.k8s.io fails (404). Install metrics-server, grant get on nodes/proxy, or run Binnacle in the cluster.',
    ],
  ],
  [
    'pods are relayed',
    { podsWay: 'api-server', podsWhy: '10.0.0.1: no answer' },
    ['pods ok: Pods are read through the API server: they do not answer from here (10.0.0.1: no answer).'],
  ],
  [
    'pods are not read at all',
    { podsWay: 'api-server', podsWhy: 'no answer', rights: mayNot },
    [
      'pods warning: Pods that expose metrics cannot be read: not directly (no answer), and not through the API server, whose user may not get pods/proxy. Grant the verb get on pods/proxy, or run Binnacle in the cluster.',
    ],
  ],
  [
    'the namespaces that are left are named, unless they were asked for',
    { rights: { ...facts.rights, namespaces: ['shop'], missing: ['list pods'] } },
    [
      'namespaces warning: Only shop is watched: me may not list pods in all namespaces. Name other namespaces with --kube.namespace, or grant the verbs list and watch everywhere.',
    ],
  ],
  ['named namespaces are no news', { rights: { ...facts.rights, namespaces: ['shop'] }, isNarrowedByFlag: true }, []],
  ['what is odd about the login is said', { notices: ['Not verified.'] }, ['login warning: Not verified.']],
]

for (const [what, given, expected] of cases) {
  test(`notes: ${what}`, () => {
    assert.deepEqual(said(given), expected)
  })
}
