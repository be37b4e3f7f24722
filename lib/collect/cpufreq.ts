import { NoDataError, type Collector } from './collector.ts'
import { Families } from './families.ts'
import { listFolder, readAttribute, readNumber } from './read.ts'

/** File of a CPU's cpufreq folder (kilohertz), its metric and what it says. */
const files: readonly [file: string, name: string, help: string][] = [
  ['cpuinfo_cur_freq', 'node_cpu_frequency_hertz', 'Current CPU thread frequency in hertz.'],
  ['cpuinfo_min_freq', 'node_cpu_frequency_min_hertz', 'Minimum CPU thread frequency in hertz.'],
  ['cpuinfo_max_freq', 'node_cpu_frequency_max_hertz', 'Maximum CPU thread frequency in hertz.'],
  ['scaling_cur_freq', 'node_cpu_scaling_frequency_hertz', 'Current scaled CPU thread frequency in hertz.'],
  ['scaling_min_freq', 'node_cpu_scaling_frequency_min_hertz', 'Minimum scaled CPU thread frequency in hertz.'],
  ['scaling_max_freq', 'node_cpu_scaling_frequency_max_hertz', 'Maximum scaled CPU thread frequency in hertz.'],
]

/** Frequencies of the CPUs and who governs them. */
export const cpufreq: Collector = {
  name: 'cpufreq',
  description: 'Exposes CPU frequency statistics',
  enabledByDefault: true,
  flags: [],
  open: (context) => () => {
    const folder = `${context.sysfs}/devices/system/cpu`
    const cpus = listFolder(folder).filter((name) => /^cpu\d+$/.test(name))
    if (cpus.length === 0) throw new NoDataError('no CPUs in sysfs')
    const families = new Families()
    for (const name of cpus) addCpu(families, name.slice(3), `${folder}/${name}/cpufreq`)
    return families.done()
  },
}

function addCpu(families: Families, cpu: string, folder: string): void {
  if (listFolder(folder).length === 0) return
  for (const [file, name, help] of files) {
    const kilohertz = readNumber(`${folder}/${file}`)
    if (kilohertz !== undefined) families.gauge(name, help, kilohertz * 1000, ['cpu', cpu])
  }
  const current = readAttribute(`${folder}/scaling_governor`)
  if (!current) return
  const help = 'Current enabled CPU frequency governor.'
  for (const governor of (readAttribute(`${folder}/scaling_available_governors`) ?? '').split(' ')) {
    if (governor === '') continue
    const isCurrent = governor === current ? 1 : 0
    families.gauge('node_cpu_scaling_governor', help, isCurrent, ['cpu', cpu, 'governor', governor])
  }
}
