import { amounts } from './amounts.ts'
import { type ClusterObject, commonOf, conditionsOf } from './common-record.ts'
import { at, items, number } from './fields.ts'
import type { Keeper } from './keeper.ts'
import type { NodeRecord } from './records.ts'

const ROLE = 'node-role.kubernetes.io/'

/** The record of a Node. */
export function nodeRecord(node: ClusterObject, keep: Keeper): NodeRecord {
  const common = commonOf(node, keep)
  const status = at(node, 'status')
  return {
    ...common,
    conditions: conditionsOf(node, keep),
    unschedulable: at(node, 'spec', 'unschedulable') === true,
    taints: taintsOf(node, keep),
    roles: rolesOf(common.labels),
    internalIp: internalIp(node, keep),
    kubeletPort: number(at(status, 'daemonEndpoints', 'kubeletEndpoint', 'Port')),
    providerId: keep.text(at(node, 'spec', 'providerID')),
    zone: common.labels['topology.kubernetes.io/zone'] ?? common.labels['failure-domain.beta.kubernetes.io/zone'] ?? '',
    capacity: amounts(at(status, 'capacity')),
    allocatable: amounts(at(status, 'allocatable')),
    ...versionsOf(at(status, 'nodeInfo'), keep),
  }
}

function versionsOf(info: unknown, keep: Keeper) {
  return {
    bootId: keep.name(at(info, 'bootID')),
    kubeletVersion: keep.name(at(info, 'kubeletVersion')),
    osImage: keep.name(at(info, 'osImage')),
    kernelVersion: keep.name(at(info, 'kernelVersion')),
    runtime: keep.name(at(info, 'containerRuntimeVersion')),
  }
}

function taintsOf(node: ClusterObject, keep: Keeper) {
  return items(at(node, 'spec', 'taints')).map(({ key, value, effect }) => ({
    key: keep.name(key),
    value: keep.name(value),
    effect: keep.name(effect),
  }))
}

function rolesOf(labels: Readonly<Record<string, string>>): readonly string[] {
  const named = Object.keys(labels).filter((name) => name.startsWith(ROLE) && name.length > ROLE.length)
  const roles = new Set(named.map((name) => name.slice(ROLE.length)))
  if (labels['kubernetes.io/role']) roles.add(labels['kubernetes.io/role'])
  return [...roles].sort()
}

function internalIp(node: ClusterObject, keep: Keeper): string {
  const addresses = items(at(node, 'status', 'addresses'))
  return keep.text(addresses.find(({ type }) => type === 'InternalIP')?.address)
}
