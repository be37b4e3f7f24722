import { at, fields, type Fields, items, text } from './fields.ts'

/** The claims that a pod's volumes name; those of ephemeral volumes are made under the pod's name. */
export function claimsOf(pod: unknown): readonly string[] {
  const podName = text(at(pod, 'metadata', 'name'))
  return items(at(pod, 'spec', 'volumes')).flatMap((volume) => {
    if (volume.ephemeral) return [`${podName}-${text(volume.name)}`]
    const claim = text(at(volume, 'persistentVolumeClaim', 'claimName'))
    return claim === '' ? [] : [claim]
  })
}

/** Config maps and secrets without which a pod does not start: those that it does not call optional. */
export function needsOf(pod: unknown): readonly string[] {
  const spec = at(pod, 'spec')
  const volumes = items(at(spec, 'volumes')).flatMap(needsOfVolume)
  const containers = [...items(at(spec, 'initContainers')), ...items(at(spec, 'containers'))].flatMap(needsOfContainer)
  return [...new Set([...volumes, ...containers])].sort()
}

function needsOfVolume(volume: Fields): string[] {
  const sources = items(at(volume, 'projected', 'sources'))
  return [
    ...need('configmap', volume.configMap, 'name'),
    ...need('secret', volume.secret, 'secretName'),
    ...sources.flatMap((source) => [...need('configmap', source.configMap), ...need('secret', source.secret)]),
  ]
}

function needsOfContainer(container: Fields): string[] {
  const whole = items(container.envFrom).flatMap(({ configMapRef, secretRef }) => [
    ...need('configmap', configMapRef),
    ...need('secret', secretRef),
  ])
  const keys = items(container.env).flatMap(({ valueFrom }) => [
    ...need('configmap', at(valueFrom, 'configMapKeyRef')),
    ...need('secret', at(valueFrom, 'secretKeyRef')),
  ])
  return [...whole, ...keys]
}

function need(kind: string, reference: unknown, field = 'name'): string[] {
  const { [field]: name, optional } = fields(reference)
  return text(name) === '' || optional === true ? [] : [`${kind}/${text(name)}`]
}
