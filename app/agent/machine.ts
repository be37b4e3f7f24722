import { readFileSync } from 'node:fs'
import { cpus, hostname, release, totalmem, uptime } from 'node:os'

/** What this machine is, for the page's first line. */
export interface Machine {
  readonly name: string
  readonly os: string
  readonly kernel: string
  readonly cores: number
  readonly memoryBytes: number
  readonly bootMs: number
}

export function readMachine(): Machine {
  return {
    name: hostname(),
    os: osName(),
    kernel: `${process.platform === 'linux' ? 'Linux' : process.platform} ${release()}`,
    cores: cpus().length,
    memoryBytes: totalmem(),
    bootMs: Date.now() - Math.round(uptime() * 1000),
  }
}

/** `Debian GNU/Linux 13`; the platform's name where there is no os-release. */
function osName(): string {
  try {
    const fields = new Map(
      readFileSync('/etc/os-release', 'utf8')
        .split('\n')
        .map((line) => splitOnce(line)),
    )
    return fields.get('PRETTY_NAME') ?? fields.get('NAME') ?? process.platform
  } catch {
    return process.platform // not Linux, or a minimal image
  }
}

function splitOnce(line: string): [string, string] {
  const at = line.indexOf('=')
  return [line.slice(0, at), line.slice(at + 1).replace(/^"|"$/g, '')]
}
