import { NoDataError, type Collector } from './collector.ts'
import { Families } from './families.ts'
import { readText } from './read.ts'

interface Stall {
  readonly file: string
  readonly line: 'some' | 'full'
  readonly name: string
  readonly help: string
}

const waiting = 'Total time in seconds that processes have waited'
const stalled = 'Total time in seconds no process could make progress due to'

const stalls: readonly Stall[] = [
  { file: 'cpu', line: 'some', name: 'cpu_waiting', help: `${waiting} for CPU time` },
  { file: 'io', line: 'some', name: 'io_waiting', help: `${waiting} due to IO congestion` },
  { file: 'io', line: 'full', name: 'io_stalled', help: `${stalled} IO congestion` },
  { file: 'memory', line: 'some', name: 'memory_waiting', help: `${waiting} for memory` },
  { file: 'memory', line: 'full', name: 'memory_stalled', help: `${stalled} memory congestion` },
  { file: 'irq', line: 'full', name: 'irq_stalled', help: `${stalled} IRQ congestion` },
]

/** Pressure stall information. */
export const pressure: Collector = {
  name: 'pressure',
  description: 'Exposes pressure stall statistics from `/proc/pressure/`.',
  enabledByDefault: true,
  flags: [],
  open: (context) => () => {
    const families = new Families()
    for (const file of ['cpu', 'io', 'memory', 'irq']) {
      const text = readPressure(`${context.procfs}/pressure/${file}`)
      if (text !== undefined) addStalls(families, file, text)
    }
    const found = families.done()
    if (found.length === 0)
      throw new NoDataError('pressure information is unavailable: Linux 4.20 with CONFIG_PSI has it')
    return found
  },
}

/** A kernel without PSI has no file; one started with `psi=0` has files that cannot be read. */
function readPressure(path: string): string | undefined {
  try {
    return readText(path)
  } catch (error) {
    if (error instanceof Error && 'code' in error) {
      if (error.code === 'ENOENT' || error.code === 'ENOTSUP' || error.code === 'EOPNOTSUPP') return undefined
    }
    throw error
  }
}

function addStalls(families: Families, file: string, text: string): void {
  for (const stall of stalls) {
    if (stall.file !== file) continue
    const total = new RegExp(`^${stall.line} .*total=(\\d+)`, 'm').exec(text)
    if (total === null) continue
    families.counter(`node_pressure_${stall.name}_seconds_total`, stall.help, Number(total[1]) / 1000 / 1000)
  }
}
