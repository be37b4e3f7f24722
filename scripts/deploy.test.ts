import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { parseAllDocuments } from 'yaml'
import { parseExactQuantity, quantityNumber } from '#lib/resource-metrics'

const files = ['binnacle.yaml', 'binnacle-novolume.yaml']
const text = (file: string) => readFileSync(join(import.meta.dirname, '../deploy', file), 'utf8')

interface Container {
  readonly name: string
  readonly args: readonly string[]
  readonly resources: Readonly<Record<'requests' | 'limits', Readonly<Record<string, string>>>>
  readonly securityContext: Readonly<Record<string, unknown>>
  readonly volumeMounts?: readonly { readonly name: string; readonly readOnly?: boolean }[]
}

interface PodSpec {
  readonly hostNetwork?: boolean
  readonly hostPID?: boolean
  readonly automountServiceAccountToken: boolean
  readonly securityContext: Readonly<Record<string, unknown>>
  readonly containers: readonly Container[]
  readonly volumes?: readonly Readonly<Record<string, unknown>>[]
}

interface Object {
  readonly kind: string
  readonly metadata: { readonly name: string; readonly namespace?: string }
  readonly spec?: { readonly replicas?: number; readonly template?: { readonly spec: PodSpec } }
}

function objectsOf(file: string): Object[] {
  return parseAllDocuments(text(file)).map((document) => document.toJS() as Object)
}

function podsOf(file: string) {
  return objectsOf(file).flatMap(({ kind, metadata, spec }) =>
    spec?.template === undefined ? [] : [{ kind, metadata, pod: spec.template.spec, replicas: spec.replicas ?? 1 }],
  )
}

for (const file of files) {
  test(`${file}: on three nodes it asks for at most 1 CPU and 2 GiB, and limits no CPU`, () => {
    const sum = { cpu: 0, memory: 0 }
    for (const { kind, pod, replicas } of podsOf(file)) {
      for (const { resources } of pod.containers) {
        const times = kind === 'DaemonSet' ? 3 : replicas
        sum.cpu += times * quantityNumber(parseExactQuantity(resources.requests.cpu))
        sum.memory += times * quantityNumber(parseExactQuantity(resources.requests.memory))
        assert.deepEqual(Object.keys(resources.limits), ['memory'])
      }
    }
    assert.ok(sum.cpu <= 1, `${sum.cpu} CPU`)
    assert.ok(sum.memory <= 2 * 2 ** 30, `${sum.memory} bytes`)
  })

  test(`${file}: nothing is there that would be taken from others or that needs an administrator twice`, () => {
    const kinds = new Set(objectsOf(file).map(({ kind }) => kind))
    for (const kind of ['APIService', 'CustomResourceDefinition', 'Secret', 'ValidatingWebhookConfiguration'])
      assert.ok(!kinds.has(kind), kind)
    const rights = JSON.stringify(objectsOf(file).filter(({ kind }) => kind.endsWith('Role')))
    for (const strong of ['nodes/proxy', 'pods/proxy', 'pods/exec', '"*"', 'impersonate'])
      assert.ok(!rights.includes(strong), strong)
  })

  test(`${file}: pods meet the standard of their namespace`, () => {
    for (const { metadata, pod } of podsOf(file)) {
      assert.ok(!pod.hostNetwork && !pod.hostPID, metadata.name)
      assert.equal(pod.securityContext.runAsNonRoot, true)
      for (const { securityContext } of pod.containers) {
        assert.deepEqual(
          [securityContext.allowPrivilegeEscalation, securityContext.readOnlyRootFilesystem],
          [false, true],
        )
        assert.deepEqual(securityContext.capabilities, { drop: ['ALL'] })
      }
      const hostPaths = (pod.volumes ?? []).filter((volume) => 'hostPath' in volume)
      if (metadata.namespace === 'binnacle') assert.deepEqual(hostPaths, [])
      else assert.equal(pod.automountServiceAccountToken, false)
      for (const { volumeMounts = [] } of pod.containers)
        for (const { name, readOnly } of volumeMounts)
          if (hostPaths.some((volume) => volume.name === name)) assert.equal(readOnly, true, name)
    }
  })

  test(`${file}: each mount says what it is for`, () => {
    const lines = text(file).split('\n')
    const mounts = lines.flatMap((line, i) =>
      /^ +- name: /.test(line) && /mountPath:/.test(lines[i + 1] ?? '') ? [i] : [],
    )
    assert.ok(mounts.length >= 7)
    for (const at of mounts) assert.match(lines[at - 1], /^ +# \w/, lines[at])
  })
}

test('manifests: they differ in where data is kept, and in nothing else', () => {
  const others = files.map((file) => objectsOf(file).filter(({ kind }) => kind !== 'StatefulSet'))
  assert.deepEqual(others[0], others[1])
  const [claim, folder] = files.map((file) =>
    JSON.stringify(objectsOf(file).filter(({ kind }) => kind === 'StatefulSet')),
  )
  assert.match(claim, /volumeClaimTemplates/)
  assert.doesNotMatch(claim, /storageClassName|--storage\.ephemeral/)
  assert.doesNotMatch(folder, /volumeClaimTemplates/)
  assert.match(folder, /--storage\.ephemeral/)
})
