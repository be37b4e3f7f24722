import { BlockList, isIP } from 'node:net'

/**
 * The proxy that the environment names for an address, or ''. As Go reads it, which kubectl's users are used to:
 * names with their subdomains, addresses, networks (10.0.0.0/8), ports, `*`; never for this machine itself.
 */
export function proxyFor(url: URL, env: NodeJS.ProcessEnv): string {
  const proxy =
    url.protocol === 'https:' ? (env.HTTPS_PROXY ?? env.https_proxy ?? '') : (env.HTTP_PROXY ?? env.http_proxy ?? '')
  const host = url.hostname.replace(/^\[|\]$/g, '').toLowerCase()
  if (proxy === '' || isOwnMachine(host)) return ''
  const port = url.port || (url.protocol === 'https:' ? '443' : '80')
  const direct = (env.NO_PROXY ?? env.no_proxy ?? '')
    .split(',')
    .some((one) => matches(one.trim().toLowerCase(), host, port))
  if (direct) return ''
  return /^\w+:\/\//.test(proxy) ? proxy : `http://${proxy}`
}

function isOwnMachine(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host)
}

function matches(rule: string, host: string, port: string): boolean {
  if (rule === '') return false
  if (rule === '*') return true
  if (rule.includes('/')) return isInNetwork(rule, host)
  const withPort = isIP(rule) === 6 ? null : /^\[?(.+?)\]?:(\d+)$/.exec(rule)
  if (withPort !== null && withPort[2] !== port) return false
  const name = (withPort?.[1] ?? rule).replace(/^\*/, '')
  return name.startsWith('.') ? host.endsWith(name) : host === name || (isIP(host) === 0 && host.endsWith(`.${name}`))
}

function isInNetwork(rule: string, host: string): boolean {
  const [address, bits] = rule.split('/')
  const family = isIP(address)
  const length = Number(bits)
  if (family === 0 || isIP(host) !== family || !(length >= 0 && length <= (family === 4 ? 32 : 128))) return false
  const list = new BlockList()
  list.addSubnet(address, length, family === 4 ? 'ipv4' : 'ipv6')
  return list.check(host, family === 4 ? 'ipv4' : 'ipv6')
}
