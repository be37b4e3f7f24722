import { sanitizeLabelName } from '../label-rules.ts'
import { isAttachableVolume, isExtended, isHugePages } from './resource-name.ts'

/** How a resource of containers and nodes (`cpu`, `nvidia.com/gpu`) is written as labels. */
export interface ResourceLabel {
  readonly label: string
  /** One line for each unit: none for resources that upstream leaves out. */
  readonly units: readonly string[]
}

const CORE = ['core']
const BYTE = ['byte']
const INTEGER = ['integer']
const BYTE_AND_INTEGER = ['byte', 'integer']
const NO_UNIT: readonly string[] = []

const UNITS = new Map([
  ['cpu', CORE],
  ['memory', BYTE],
  ['storage', BYTE],
  ['ephemeral-storage', BYTE],
])

const known = new Map<string, ResourceLabel>()
/** Clusters have a few dozen names; whoever makes up more does not fill the memory. */
const MOST_KNOWN = 1000

/** The labels of a resource of a container. */
export function resourceLabel(name: string): ResourceLabel {
  const found = known.get(name)
  if (found !== undefined) return found
  const made = { label: sanitizeLabelName(name), units: UNITS.get(name) ?? otherUnits(name) }
  if (known.size < MOST_KNOWN) known.set(name, made)
  return made
}

const PODS: ResourceLabel = { label: 'pods', units: INTEGER }

/** The labels of a resource of a node, which counts pods too. */
export function nodeResourceLabel(name: string): ResourceLabel {
  return name === 'pods' ? PODS : resourceLabel(name)
}

function otherUnits(name: string): readonly string[] {
  const isBytes = isHugePages(name) || isAttachableVolume(name)
  if (isExtended(name)) return isBytes ? BYTE_AND_INTEGER : INTEGER
  return isBytes ? BYTE : NO_UNIT
}
