import { ApiError, type Params, type Source, type VersionedSource } from '#lib/api'
import {
  type AccessNote,
  type ClusterListName,
  clusterListNames,
  ClusterLists,
  type ClusterModel,
  type ClusterStatus,
  objectDetail,
  type ObjectName,
  seesNamespace,
  type WatchTrouble,
} from '#lib/cluster'
import { type Scope, seesCluster } from '#lib/storage'

/** Streams ask each second; of a large cluster lists are made less often. */
const CPU_SHARE = 0.02
/** Longer than a list is kept that nobody reads. */
const TIDY_MS = 6 * 60_000

/**
 * What the web application is given of a cluster, by path below /api/ui/v1/ and by kind of its live stream: `cluster`,
 * its lists (`cluster/pods` …), which are streamed as changes, and `cluster/object?kind=&namespace=&name=`.
 * Where no cluster is watched, an empty model and a status that says why.
 */
export function clusterSources(
  model: ClusterModel,
  status: (scope: Scope) => ClusterStatus,
): Readonly<Record<string, Source>> {
  const lists = new ClusterLists(model, { cpuShare: CPU_SHARE })
  const tidy = tidier(lists)
  const listSources = clusterListNames.map((name) => [`cluster/${name}`, listSource(lists, name, tidy)])
  return {
    cluster: async (scope) => {
      const known = status(scope)
      return lists.cluster({ ...known, notes: [...known.notes, ...notesOf(model, scope)] }, scope)
    },
    ...(Object.fromEntries(listSources) as Record<string, Source>),
    'cluster/object': async (scope, params) => detail(lists, model, scope, params),
  }
}

function listSource(lists: ClusterLists, name: ClusterListName, tidy: () => void): VersionedSource {
  return {
    whole: async (scope) => {
      tidy()
      return lists.whole(name, scope, Date.now())
    },
    since: async (scope, _, version) => {
      tidy()
      return lists.since(name, scope, version, Date.now())
    },
  }
}

/** One timer at a time drops lists some time after they were last read. */
function tidier(lists: ClusterLists): () => void {
  let timer: NodeJS.Timeout | undefined
  return () => {
    if (timer) return
    timer = setTimeout(() => {
      timer = undefined
      lists.tidy(Date.now())
    }, TIDY_MS).unref()
  }
}

/** What is not there and what a reader may not see are answered alike. */
function detail(lists: ClusterLists, model: ClusterModel, scope: Scope, params: Params) {
  const object = objectName(params)
  const found = objectDetail({ model, totals: lists.totals, scope, nowMs: Date.now() }, object)
  if (found) return found
  const { kind, namespace, name } = object
  throw new ApiError('not_found', `there is no ${kind} ${namespace === '' ? name : `${namespace}/${name}`}`)
}

function objectName(params: Params): ObjectName {
  const [kind, namespace, name] = ['kind', 'namespace', 'name'].map((field) => params[field]?.[0] ?? '')
  if (kind === '' || name === '') throw new ApiError('bad_data', 'expected ?kind=KIND&namespace=NAMESPACE&name=NAME')
  return { kind, namespace, name }
}

/** What could not be watched, and what of it was not kept. */
function notesOf(model: ClusterModel, scope: Scope): AccessNote[] {
  const troubles = model.troubles().filter(({ namespace }) => seesNamespace(scope, namespace))
  const notes = [...Map.groupBy(troubles, (trouble) => `${trouble.phase} ${trouble.namespace} ${trouble.reason}`)]
  return [...notes.map(([, group]) => noteOf(group)), ...droppedNote(model, scope)]
}

/** What one reason keeps from being watched: an API server that is away keeps everything. */
function noteOf(group: readonly WatchTrouble[]): AccessNote {
  const [{ namespace, phase, reason }] = group
  const resources = group.map(({ resource }) => resource).join(', ')
  const subject = namespace === '' ? resources : `${resources} in ${namespace}`
  return { subject, level: phase === 'absent' ? 'idle' : 'warning', text: reason === '' ? phase : reason, remedy: '' }
}

function droppedNote(model: ClusterModel, scope: Scope): AccessNote[] {
  const dropped = model.dropped()['too many events'] ?? 0
  if (dropped === 0 || !seesCluster(scope)) return []
  const text = `${dropped} older Warning events are not shown: only the newest are kept.`
  return [{ subject: 'events', level: 'idle', text, remedy: '' }]
}
