import type { Nearest, Reason, ReasonFacts } from './reason.ts'

type Sentence = (facts: ReasonFacts) => string

const reasons: Readonly<Record<Reason['id'], Sentence>> = {
  malformed: (f) => `${text(f, 'field')} is not what it must be: expected ${text(f, 'expected')}.`,
  'too-large': (f) => `${text(f, 'field')} is larger than the limit of ${text(f, 'limit')}.`,
  invalid: (f) => `${text(f, 'field') === '' ? 'It' : text(f, 'field')} is not valid: ${text(f, 'text')}.`,
  'file-refused': (f) =>
    `${text(f, 'field')} names a file: files of the monitoring are not read for objects of the cluster.`,
  unsupported: (f) => `${text(f, 'field')} is not supported and was left out.`,
  refused: (f) => `${text(f, 'field')} was refused: ${text(f, 'why')}.`,
  'secret-forbidden': (f) =>
    `The right to ${text(f, 'right')} ${text(f, 'name')} in namespace ${text(f, 'namespace')} is missing.`,
  'secret-missing': (f) => `${place(f)} does not exist.`,
  'secret-unread': (f) => `${place(f)} could not be read: ${text(f, 'text')}.`,
  'no-endpoints': (f) => `${text(f, 'field')} names nothing to scrape.`,
  'namespace-not-selected': (f) => `Objects of this kind are not taken from namespace ${text(f, 'namespace')}.`,
  'cannot-list': (f) => `${text(f, 'resource')} cannot be listed: ${text(f, 'reason')}.`,
  'selector-no-match': (f) =>
    `No ${text(f, 'kind')} ${within(f)} matches ${text(f, 'selector') || 'the empty selector'}.`,
  'no-such-port': (f) =>
    `No ${text(f, 'kind')} has a port ${text(f, 'port')}. There ${list(f, 'ports', 'is no port', 'is')}.`,
  'service-no-endpoints': (f) =>
    `Service ${text(f, 'service')} has no endpoints: no pod matches ${text(f, 'selector') || 'it, as it has no selector'}.`,
  'no-ready-address': (f) =>
    `Service ${text(f, 'service')} has no endpoints yet, though ${text(f, 'pods')} pods match it.`,
  'pods-not-running': (f) => `The pods do not run (${list(f, 'phases', 'no phase', '')}).`,
  'no-pod-address': () => 'The pods have no address yet.',
  dropped: (f) => `${text(f, 'targets')} targets were found and dropped: ${dropped(f)}.`,
  'not-yet': () => 'Nothing was found so far, and nothing is wrong with the object.',
}

const proposals: Readonly<Record<Nearest['id'], Sentence>> = {
  'use-port': (f) => `Port ${text(f, 'port')} exists.`,
  'use-port-number': (f) => `Write ${text(f, 'field')}: ${text(f, 'port')}.`,
  'change-label': (f) =>
    `${object(f)} has ${text(f, 'label')}=${text(f, 'has')}; it would match with ${text(f, 'wants')}.`,
  'add-label': (f) => `${object(f)} would match with the label ${text(f, 'wants')}.`,
  'remove-label': (f) => `${object(f)} would match without ${text(f, 'label')}=${text(f, 'has')}.`,
  'select-namespace': (f) =>
    text(f, 'name') === ''
      ? `Name namespace ${text(f, 'namespace')} among those that are taken.`
      : `${object(f)} matches; its namespace is not selected.`,
  'add-role': (f) => `Create the Role ${text(f, 'role')} in namespace ${text(f, 'namespace')}.`,
  'use-secret': (f) => `Put the content in a Secret and name it in ${text(f, 'field')}.`,
  'drop-rule': (f) => `Change or remove relabelling rule ${Number(f.rule) + 1}.`,
  'fix-service-selector': (f) =>
    `Pod ${object(f)} has ${text(f, 'label')}=${text(f, 'has')}; the service asks for ${text(f, 'wants')}.`,
}

/** A reason in English. */
export function reasonText({ id, facts }: Reason): string {
  return reasons[id](facts)
}

/** A proposal in English. */
export function nearestText({ id, facts }: Nearest): string {
  return proposals[id](facts)
}

function text(facts: ReasonFacts, name: string): string {
  const value = facts[name]
  return typeof value === 'string' || typeof value === 'number' ? String(value) : (value ?? []).join(', ')
}

function list(facts: ReasonFacts, name: string, none: string, some: string): string {
  const all = text(facts, name)
  return all === '' ? none : `${some} ${all}`.trim()
}

function object(facts: ReasonFacts): string {
  return `${text(facts, 'namespace')}/${text(facts, 'name')}`
}

function place(facts: ReasonFacts): string {
  const kind = text(facts, 'source') === 'configmap' ? 'ConfigMap' : 'Secret'
  return `${kind} ${object(facts)}, key ${text(facts, 'key')},`
}

function within(facts: ReasonFacts): string {
  const names = text(facts, 'namespaces')
  return names === '' ? 'of any namespace' : `of namespace ${names}`
}

function dropped(facts: ReasonFacts): string {
  if (text(facts, 'reason') !== 'relabelled-away') return text(facts, 'reason').replaceAll('-', ' ')
  return `relabelling rule ${Number(facts.rule) + 1} (${text(facts, 'action')} ${text(facts, 'regex')} on ${text(facts, 'sourceLabels')}) left them out`
}
