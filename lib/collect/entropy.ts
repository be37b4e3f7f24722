import type { Collector } from './collector.ts'
import { Families } from './families.ts'
import { readNumber } from './read.ts'

/** The kernel's pool of random bits. */
export const entropy: Collector = {
  name: 'entropy',
  description: 'Exposes available entropy.',
  enabledByDefault: true,
  flags: [],
  open: (context) => () => {
    const folder = `${context.procfs}/sys/kernel/random`
    const available = readNumber(`${folder}/entropy_avail`)
    const size = readNumber(`${folder}/poolsize`)
    if (available === undefined) throw new Error(`read ${folder}/entropy_avail: no number`)
    if (size === undefined) throw new Error(`read ${folder}/poolsize: no number`)
    const families = new Families()
    families.gauge('node_entropy_available_bits', 'Bits of available entropy.', available)
    families.gauge('node_entropy_pool_size_bits', 'Bits of entropy pool.', size)
    return families.done()
  },
}
