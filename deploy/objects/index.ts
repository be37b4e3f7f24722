import { accountObjects, peopleObjects } from './accounts.ts'
import { agentObjects } from './agent.ts'
import { budgetObjects, namespaceObjects, networkObjects } from './around.ts'
import { kubeStateObjects } from './kube-state.ts'
import { metricsApiObjects } from './metrics-api.ts'
import type { KubeObject } from './object.ts'
import type { Parameters } from './parameters.ts'
import { serverObjects } from './server.ts'

/** All of an install, in the order in which it is applied. */
export function installObjects(parameters: Parameters): KubeObject[] {
  return [
    ...namespaceObjects(),
    ...accountObjects(),
    ...peopleObjects(),
    ...networkObjects(),
    ...budgetObjects(),
    ...kubeStateObjects(parameters),
    ...metricsApiObjects(parameters),
    ...agentObjects(parameters),
    ...serverObjects(parameters),
  ]
}
