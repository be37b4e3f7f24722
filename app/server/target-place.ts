/** Host and port of a target: as a URL writes them, without the brackets of IPv6. */
export function hostAndPort({ scheme, address }: { readonly scheme: string; readonly address: string }): {
  readonly host: string
  readonly port: number
} {
  const { hostname, port } = new URL(`${scheme}://${address}/`)
  return { host: bare(hostname), port: port === '' ? (scheme === 'https' ? 443 : 80) : Number(port) }
}

/** Whether an address of an object is this host, however IPv6 is written. */
export function isSameHost(address: string, host: string): boolean {
  if (address === '' || !address.includes(':')) return address !== '' && address === host
  return URL.canParse(`http://[${address}]/`) && bare(new URL(`http://[${address}]/`).hostname) === host
}

function bare(hostname: string): string {
  return hostname.replaceAll(/^\[|\]$/g, '')
}
