import { existsSync, globSync, readFileSync } from 'node:fs'
import { ImageError } from './run.ts'

const ARCHITECTURES = /\s*\barch[+-]?=[^\s\]]*/

/** The machine's own sources of Debian packages as files for apt, for any architecture and without those of others. */
export function debianSources(): [name: string, text: string][] {
  const release = readFileSync('/etc/os-release', 'utf8')
  const codename = /^VERSION_CODENAME="?(\w+)"?$/m.exec(release)?.[1]
  if (codename === undefined)
    throw new ImageError('read /etc/os-release: no VERSION_CODENAME; the image is built on a Debian release')
  const stanzas = globSync('/etc/apt/sources.list.d/*.sources').map((file) =>
    stanzasOf(readFileSync(file, 'utf8'), codename),
  )
  const lists = ['/etc/apt/sources.list', ...globSync('/etc/apt/sources.list.d/*.list')].filter((file) =>
    existsSync(file),
  )
  const lines = lists.map((file) => linesOf(readFileSync(file, 'utf8'), codename))
  const [sources, list] = [stanzas.join('\n'), lines.join('\n')]
  if (`${sources}${list}`.trim() === '')
    throw new ImageError(
      `read /etc/apt: no source of the suite ${codename}; add Debian's own to /etc/apt/sources.list.d`,
    )
  return [
    ['debian.sources', sources],
    ['debian.list', list],
  ]
}

/** Of a file in deb822 form the stanzas that name the release. */
export function stanzasOf(text: string, codename: string): string {
  const plain = text.replaceAll(/^#.*\n?/gm, '')
  const kept = plain.split(/\n\s*\n/).flatMap((stanza) => {
    const suites =
      /^Suites:[ \t]*(.*)$/im
        .exec(stanza)?.[1]
        .split(/\s+/)
        .filter((suite) => isOf(suite, codename)) ?? []
    if (suites.length === 0 || !/^Types:.*\bdeb(?!-)/im.test(stanza)) return []
    return [
      stanza
        .replace(/^Suites:.*$/im, `Suites: ${suites.join(' ')}`)
        .replace(/^Types:.*$/im, 'Types: deb')
        .replaceAll(/^Architectures(-Add|-Remove)?:.*\n?/gim, '')
        .trim(),
    ]
  })
  return kept.map((stanza) => `${stanza}\n`).join('\n')
}

/** Of a file in one-line form the lines that name the release. */
export function linesOf(text: string, codename: string): string {
  const kept = text.split('\n').flatMap((line) => {
    const [, options, address, suite, rest] = /^deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)\s+(.*)$/.exec(line.trim()) ?? []
    if (suite === undefined || !isOf(suite, codename)) return []
    const others = (options ?? '').replace(ARCHITECTURES, '').trim()
    return [`deb ${others === '' ? '' : `[${others}] `}${address} ${suite} ${rest}\n`]
  })
  return kept.join('')
}

/** The release itself, its updates and its security updates; backports are another release's packages. */
function isOf(suite: string, codename: string): boolean {
  return [codename, `${codename}-updates`, `${codename}-security`, `${codename}/updates`].includes(suite)
}
