import type { CollectContext } from './collector.ts'
import type { Families } from './families.ts'
import { compilePattern } from './pattern.ts'
import { linesOf, readText } from './read.ts'

const SOURCE = 'CPU information from /proc/cpuinfo'

/** Label of node_cpu_info, and the key of /proc/cpuinfo that it shows. */
const labelKeys: readonly [label: string, key: string][] = [
  ['cachesize', 'cache size'],
  ['core', 'core id'],
  ['cpu', 'processor'],
  ['family', 'cpu family'],
  ['microcode', 'microcode'],
  ['model', 'model'],
  ['model_name', 'model name'],
  ['package', 'physical id'],
  ['stepping', 'stepping'],
  ['vendor', 'vendor_id'],
]

/** What the CPUs are, when `--collector.cpu.info` or one of its filters asks for it. */
export function addCpuInfo(families: Families, context: CollectContext): void {
  const flags = context.flags.text('collector.cpu.info.flags-include')
  const bugs = context.flags.text('collector.cpu.info.bugs-include')
  if (!context.flags.bool('collector.cpu.info') && flags === '' && bugs === '') return
  const cpus = parseCpuInfo(readText(`${context.procfs}/cpuinfo`))
  for (const cpu of cpus) {
    const field = (key: string) => cpu.get(key) ?? ''
    const labels = labelKeys.flatMap(([label, key]) => [label, field(key)])
    families.gauge('node_cpu_info', `${SOURCE}.`, 1, labels)
    if (!context.isEnabled('cpufreq')) continue
    const place = ['core', field('core id'), 'cpu', field('processor'), 'package', field('physical id')]
    const help = 'CPU frequency in hertz from /proc/cpuinfo.'
    families.gauge('node_cpu_frequency_hertz', help, Number(field('cpu MHz')) * 1e6, place)
  }
  addWords(families, 'flag', flags, cpus[0]?.get('flags'))
  addWords(families, 'bug', bugs, cpus[0]?.get('bugs'))
}

function addWords(families: Families, word: 'flag' | 'bug', pattern: string, text: string | undefined): void {
  if (pattern === '' || text === undefined) return
  const isWanted = compilePattern(pattern)
  const help = `The \`${word}s\` field of ${SOURCE} taken from the first core.`
  for (const value of text.split(' ')) {
    if (isWanted(value)) families.gauge(`node_cpu_${word}_info`, help, 1, [word, value])
  }
}

/** Blocks of `key : value`, one block for each CPU. */
function parseCpuInfo(text: string): Map<string, string>[] {
  const cpus: Map<string, string>[] = []
  for (const line of linesOf(text)) {
    const colon = line.indexOf(':')
    if (colon < 0) continue
    const key = line.slice(0, colon).trim()
    if (key === 'processor') cpus.push(new Map())
    cpus.at(-1)?.set(key, line.slice(colon + 1).trim())
  }
  return cpus
}
