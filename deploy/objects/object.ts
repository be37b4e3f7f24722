/** A Kubernetes object, or a part of one, as it stands in a manifest. */
export type Value = string | number | boolean | readonly Value[] | { readonly [field: string]: Value }

export interface KubeObject {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly [field: string]: Value | undefined }
  readonly [field: string]: unknown
}

/** The field whose text becomes the comment above the map that it stands in. */
export const COMMENT = '#'

export const NAMESPACE = 'binnacle'
export const AGENT_NAMESPACE = 'binnacle-agent'

export type Component = 'server' | 'agent' | 'kube-state' | 'metrics-api'

/** By these labels pods are chosen; they never change. */
export function selectorOf(component: Component) {
  return { 'app.kubernetes.io/name': 'binnacle', 'app.kubernetes.io/component': component }
}

/** The labels of every object. */
export function labelsOf(component?: Component) {
  return {
    'app.kubernetes.io/name': 'binnacle',
    'app.kubernetes.io/part-of': 'binnacle',
    ...(component === undefined ? {} : { 'app.kubernetes.io/component': component }),
  }
}

/** The name of what belongs to a component. */
export function nameOf(component: Component): string {
  return `binnacle-${component}`
}
