import { quote } from '#lib/model'

/** Headers that are set by us, belong to the connection, or have fields of their own. */
const RESERVED: ReadonlySet<string> = new Set(
  [
    'authorization host content-encoding content-length content-type user-agent connection keep-alive',
    'proxy-authenticate proxy-authorization www-authenticate accept-encoding transfer-encoding',
    'x-prometheus-remote-write-version x-prometheus-remote-read-version x-prometheus-scrape-timeout-seconds',
    'x-amz-date x-amz-security-token x-amz-content-sha256',
  ].flatMap((names) => names.split(' ')),
)

/** Why no header of the configuration may be called so, or undefined. */
export function headerNameMistake(name: string): string | undefined {
  if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name)) return `${quote(name)} is not a valid header name`
  return RESERVED.has(name.toLowerCase()) ? `setting header ${quote(canonical(name))} is not allowed` : undefined
}

/** As Go spells it: a capital at the beginning and after each dash. */
function canonical(name: string): string {
  return name.toLowerCase().replace(/(^|-)[a-z]/g, (start) => start.toUpperCase())
}
