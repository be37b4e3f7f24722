import type { LineWriter } from '../family.ts'
import { objects, text } from './fields.ts'
import type { Stored } from './object.ts'

/** Webhooks that the API server asks. */
export interface WebhookConfiguration extends Stored {
  readonly webhooks?: readonly {
    readonly name?: string
    readonly clientConfig?: { readonly service?: { readonly name?: string; readonly namespace?: string } }
  }[]
}

const NAMES = ['webhook_name', 'service_name', 'service_namespace']

/** The service behind each webhook; empty labels where it has a URL. */
export function serviceLines({ webhooks }: WebhookConfiguration, out: LineWriter): void {
  for (const { name, clientConfig } of objects(webhooks)) {
    const service = clientConfig?.service
    out.labelled(NAMES, [text(name), text(service?.name), text(service?.namespace)], 1)
  }
}
