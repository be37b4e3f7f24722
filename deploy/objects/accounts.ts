import { AGENT_NAMESPACE, COMMENT, type Component, type KubeObject, labelsOf, NAMESPACE, type Value } from './object.ts'
import { accounts, type AccountRights, type Right } from './rights.ts'

const RBAC = 'rbac.authorization.k8s.io'

/** Service accounts with their roles and bindings. */
export function accountObjects(): KubeObject[] {
  return accounts.flatMap((rights) => [account(rights), ...clusterRole(rights), ...roles(rights), ...bindings(rights)])
}

/** Roles that people are given; nobody has them at first but who may do everything. */
export function peopleObjects(): KubeObject[] {
  const of = (name: string, comment: string, verbs: string[]): KubeObject => ({
    [COMMENT]: comment,
    apiVersion: `${RBAC}/v1`,
    kind: 'ClusterRole',
    metadata: { name, labels: labelsOf() },
    rules: [{ apiGroups: ['binnacle'], resources: ['cluster'], verbs }],
  })
  return [
    of(
      'binnacle-reader',
      'Lets people read in Binnacle what belongs to no namespace; a namespace is read by whoever may get pods in it.',
      ['get'],
    ),
    of('binnacle-admin', 'Lets people change what Binnacle keeps, beside reading it.', ['get', 'update']),
  ]
}

function namespaceOf({ account: name }: AccountRights): string {
  return name === 'binnacle-agent' ? AGENT_NAMESPACE : NAMESPACE
}

function componentOf({ account: name }: AccountRights): Component {
  return name.slice('binnacle-'.length) as Component
}

function account(rights: AccountRights): KubeObject {
  const labels = labelsOf(componentOf(rights))
  return {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: rights.account, namespace: namespaceOf(rights), labels },
    automountServiceAccountToken: false,
  }
}

function clusterRole(rights: AccountRights): KubeObject[] {
  if (rights.cluster.length === 0) return []
  const { account: name } = rights
  const role = {
    apiVersion: `${RBAC}/v1`,
    kind: 'ClusterRole',
    metadata: { name, labels: labelsOf(componentOf(rights)) },
  }
  return [{ ...role, rules: rights.cluster.map(rule) }, binding('ClusterRole', name, name, '', rights)]
}

function roles(rights: AccountRights): KubeObject[] {
  return Object.entries(rights.namespaced).flatMap(([namespace, rules]) => {
    const { account: name } = rights
    const metadata = { name, namespace, labels: labelsOf(componentOf(rights)) }
    const role = { apiVersion: `${RBAC}/v1`, kind: 'Role', metadata, rules: rules.map(rule) }
    return [role, binding('Role', name, name, namespace, rights)]
  })
}

function bindings(rights: AccountRights): KubeObject[] {
  return rights.bound.map(({ kind, name, namespace, why }) => ({
    [COMMENT]: why,
    ...binding(kind, name, `${rights.account}-${name.replace('system:', '')}`, namespace, rights),
  }))
}

function binding(
  kind: 'ClusterRole' | 'Role',
  role: string,
  name: string,
  namespace: string,
  rights: AccountRights,
): KubeObject {
  const labels = labelsOf(componentOf(rights))
  return {
    apiVersion: `${RBAC}/v1`,
    kind: namespace === '' ? 'ClusterRoleBinding' : 'RoleBinding',
    metadata: namespace === '' ? { name, labels } : { name, namespace, labels },
    roleRef: { apiGroup: RBAC, kind, name: role },
    subjects: [{ kind: 'ServiceAccount', name: rights.account, namespace: namespaceOf(rights) }],
  }
}

function rule({ why, ...fields }: Right): Value {
  return { [COMMENT]: why, ...fields }
}
