import type { LineWriter } from '../family.ts'
import { text } from './fields.ts'
import type { Stored } from './object.ts'

/** Where an admission policy holds, and with which parameters. */
export interface PolicyBinding extends Stored {
  readonly spec?: {
    readonly policyName?: string
    readonly paramRef?: {
      readonly name?: string
      readonly namespace?: string
      readonly parameterNotFoundAction?: string
    }
    readonly validationActions?: readonly string[]
  }
}

const NAMES = ['policy_name', 'param_name', 'param_namespace', 'param_not_found_action']

/** The policy and its parameters. */
export function policyBindingLine({ spec }: PolicyBinding, out: LineWriter): void {
  const parameters = spec?.paramRef
  const values = [text(parameters?.name), text(parameters?.namespace), text(parameters?.parameterNotFoundAction)]
  out.labelled(NAMES, [text(spec?.policyName), ...values], 1)
}
