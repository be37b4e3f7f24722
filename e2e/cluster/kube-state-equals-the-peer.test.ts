import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { Cluster, clusterMissing } from '../support/cluster.ts'
import { freePort, root, sleep, until } from '../support/program.ts'
import { type Exposition, readExposition } from '../support/exposition.ts'
import { toolPath } from '../support/tools.ts'
import { patience } from '../support/watched.ts'

const peer = toolPath('kube-state-metrics')
const missing =
  clusterMissing() ??
  (peer === undefined ? 'kube-state-metrics 2.20 is not built: scripts/peers install kube-state-metrics' : undefined)

const resources =
  'certificatesigningrequests,clusterrolebindings,clusterroles,configmaps,cronjobs,daemonsets,deployments,endpoints,endpointslices,horizontalpodautoscalers,ingressclasses,ingresses,jobs,leases,limitranges,mutatingadmissionpolicies,mutatingadmissionpolicybindings,mutatingwebhookconfigurations,namespaces,networkpolicies,nodes,persistentvolumeclaims,persistentvolumes,poddisruptionbudgets,pods,replicasets,replicationcontrollers,resourcequotas,rolebindings,roles,secrets,serviceaccounts,services,statefulsets,storageclasses,validatingadmissionpolicies,validatingadmissionpolicybindings,validatingwebhookconfigurations,volumeattachments'
const optIn = 'kube_pod_nodeselectors,kube_persistentvolume_csi_attributes,kube_.*'
const allLabels = resources
  .split(',')
  .map((resource) => `${resource}=[*]`)
  .join(',')

/**
 * Where the two differ on purpose; docs/compatibility.md gives the reasons.
 * `last-applied-configuration` holds whole objects, secrets' values among them: it is never rendered here.
 */
const differOnPurpose: readonly RegExp[] = [/annotation_kubectl_kubernetes_io_last_applied_configuration/]

/** What the objects come to after a while; before that the two would agree on an easy cluster. */
const oddStates: readonly RegExp[] = [
  /^kube_pod_container_status_waiting_reason\{.*reason="CrashLoopBackOff".* 1$/,
  /^kube_pod_container_status_waiting_reason\{.*reason="ErrImageNeverPull".* 1$/,
  /^kube_pod_container_status_waiting_reason\{.*reason="CreateContainerConfigError".* 1$/,
  /^kube_pod_container_status_last_terminated_reason\{.*reason="OOMKilled".* 1$/,
  /^kube_pod_init_container_status_last_terminated_exitcode\{.* 9$/,
  /^kube_pod_status_reason\{.*reason="Evicted".* 1$/,
  /^kube_pod_status_unschedulable\{/,
  /^kube_job_status_failed\{.*reason="BackoffLimitExceeded".* 1$/,
  /^kube_deployment_status_condition\{.*reason="ProgressDeadlineExceeded".* 1$/,
  /^kube_horizontalpodautoscaler_status_condition\{.*condition="ScalingActive".*status="false".* 1$/,
]

let cluster: Cluster
const children: ChildProcess[] = []

before(() => {
  if (missing !== undefined) return
  cluster = Cluster.up()
  for (const file of ['well', 'odd', 'every-kind']) cluster.applyFile(file)
})

after(() => {
  for (const child of children) child.kill('SIGKILL')
  if (missing === undefined) cluster[Symbol.dispose]()
})

test(
  'kube-state: the same cluster gives the same families and lines as kube-state-metrics',
  { skip: missing },
  async (t) => {
    const theirs = await start(peer ?? '', [])
    const ours = await start(process.execPath, [join(root, 'dist/release/binnacle.js'), 'kube-state'])
    let last: Difference = { heads: [], onlyTheirs: [], onlyOurs: [] }
    let equalTimes = 0
    let awaited = [...oddStates]
    // The cluster goes on living: the two are asked at almost the same moment, until they agree. A state may pass by.
    const deadline = Date.now() + 180_000 * patience()
    while ((equalTimes < 3 || awaited.length > 0) && Date.now() < deadline) {
      await sleep(1000)
      const [a, b] = await Promise.all([scrape(theirs), scrape(ours)])
      last = differenceOf(a, b)
      const isEqual = last.heads.length + last.onlyTheirs.length + last.onlyOurs.length === 0
      equalTimes = isEqual ? equalTimes + 1 : 0
      if (equalTimes === 3) t.diagnostic(`${a.families.size} families, ${a.lines.size} lines are equal`)
      awaited = awaited.filter((state) => ![...a.lines].some((line) => state.test(line) && b.lines.has(line)))
      if (awaited.length > 0) nudge()
    }
    assert.deepEqual(awaited, [], 'every odd state was reached')
    assert.deepEqual(last, { heads: [], onlyTheirs: [], onlyOurs: [] })
  },
)

/** A kubelet tells that a container waits for its next start only when it looks at the pod again, as after a change of it. */
function nudge(): void {
  cluster.kubectl('annotate', 'pods', '-n', 'odd', '-l', 'app=crash', `nudge=${Date.now()}`, '--overwrite')
}

async function start(program: string, args: readonly string[]): Promise<string> {
  const port = await freePort()
  const telemetry = await freePort()
  const flags = [
    `--kubeconfig=${cluster.kubeconfig}`,
    `--host=127.0.0.1`,
    `--port=${port}`,
    `--telemetry-host=127.0.0.1`,
    `--telemetry-port=${telemetry}`,
    `--resources=${resources}`,
    `--metric-opt-in-list=${optIn}`,
    `--metric-labels-allowlist=${allLabels}`,
    `--metric-annotations-allowlist=${allLabels}`,
  ]
  const child = spawn(program, [...args, ...flags], { stdio: ['ignore', 'ignore', 'pipe'] })
  children.push(child)
  let log = ''
  child.stderr?.on('data', (chunk: Buffer) => (log = (log + chunk.toString()).slice(-4000)))
  const url = `http://127.0.0.1:${port}`
  await until(30, `${program} answers (${log})`, async () => {
    if (child.exitCode !== null) throw new Error(log)
    return (await fetch(`${url}/metrics`)).ok
  })
  return url
}

async function scrape(url: string): Promise<Exposition> {
  const answer = await fetch(`${url}/metrics`, { headers: { accept: 'text/plain;version=0.0.4' } })
  return readExposition(await answer.text())
}

interface Difference {
  readonly heads: readonly string[]
  readonly onlyTheirs: readonly string[]
  readonly onlyOurs: readonly string[]
}

function differenceOf(theirs: Exposition, ours: Exposition): Difference {
  const isMeant = (line: string) => differOnPurpose.some((pattern) => pattern.test(line))
  const only = (a: Exposition, b: Exposition) =>
    [...a.lines].filter((line) => !b.lines.has(line) && !isMeant(line)).slice(0, 50)
  const heads = [...theirs.families].flatMap(([name, head]) => {
    const own = ours.families.get(name)
    return own === head ? [] : [`${name}: ${head} | ${own ?? 'absent'}`]
  })
  const added = [...ours.families.keys()]
    .filter((name) => !theirs.families.has(name))
    .map((name) => `${name}: only ours`)
  return { heads: [...heads, ...added], onlyTheirs: only(theirs, ours), onlyOurs: only(ours, theirs) }
}
