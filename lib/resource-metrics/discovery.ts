import { type ApiAnswer, type ApiRequest, jsonAnswer } from './api-answer.ts'
import { chooseMediaType } from './media-type.ts'
import { GROUP, GROUP_VERSION, type MetricsResource, nodesResource, podsResource, VERSION } from './resources.ts'

const VERBS = ['get', 'list']
const RESOURCES: readonly MetricsResource[] = [nodesResource, podsResource]
const AGGREGATED = ['APIGroupDiscoveryList apidiscovery.k8s.io/v2', 'APIGroupDiscoveryList apidiscovery.k8s.io/v2beta1']

/** What the API serves, in the plain and in the aggregated form; undefined for another path. */
export function answerDiscovery({ path, accept }: ApiRequest): ApiAnswer | undefined {
  if (path === '/apis') return allGroups(accept)
  if (path === `/apis/${GROUP}`) return jsonAnswer({ kind: 'APIGroup', apiVersion: 'v1', ...group() })
  if (path === `/apis/${GROUP_VERSION}`) return jsonAnswer(resourceList())
  return undefined
}

function allGroups(accept: string): ApiAnswer {
  const { as, group: of, version } = chooseMediaType(accept, AGGREGATED)
  if (as === '') return jsonAnswer({ kind: 'APIGroupList', apiVersion: 'v1', groups: [group()] })
  const list = { kind: as, apiVersion: `${of}/${version}`, metadata: {}, items: [aggregatedGroup()] }
  return jsonAnswer(list, 200, `application/json;g=${of};v=${version};as=${as}`)
}

function group(): object {
  const version = { groupVersion: GROUP_VERSION, version: VERSION }
  return { name: GROUP, versions: [version], preferredVersion: version }
}

function resourceList(): object {
  const resources = RESOURCES.map(({ plural: name, namespaced, kind }) => ({
    name,
    singularName: '',
    namespaced,
    kind,
    verbs: VERBS,
  }))
  return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion: GROUP_VERSION, resources }
}

function aggregatedGroup(): object {
  const resources = RESOURCES.map(({ plural: resource, namespaced, kind }) => ({
    resource,
    responseKind: { group: GROUP, version: VERSION, kind },
    scope: namespaced ? 'Namespaced' : 'Cluster',
    singularResource: '',
    verbs: VERBS,
  }))
  return {
    metadata: { name: GROUP },
    versions: [{ version: VERSION, resources, freshness: 'Current' }],
  }
}
