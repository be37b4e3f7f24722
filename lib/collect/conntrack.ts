import { NoDataError, type Collector } from './collector.ts'
import { Families } from './families.ts'
import { linesOf, readNumber, readTextIfThere, wordsOf } from './read.ts'

/** Column of /proc/net/stat/nf_conntrack, and what it says. */
const columns: readonly [column: string, help: string][] = [
  ['found', 'Number of searched entries which were successful.'],
  ['invalid', 'Number of packets seen which can not be tracked.'],
  ['ignore', 'Number of packets seen which are already connected to a conntrack entry.'],
  ['insert', 'Number of entries inserted into the list.'],
  ['insert_failed', 'Number of entries for which list insertion was attempted but failed.'],
  ['drop', 'Number of packets dropped due to conntrack failure.'],
  ['early_drop', 'Number of dropped conntrack entries to make room for new ones, if maximum table size was reached.'],
  ['search_restart', 'Number of conntrack table lookups which had to be restarted due to hashtable resizes.'],
]

/** The table of tracked connections. */
export const conntrack: Collector = {
  name: 'conntrack',
  description: 'Shows conntrack statistics (does nothing if no `/proc/sys/net/netfilter/` present).',
  enabledByDefault: true,
  flags: [],
  open: (context) => () => {
    const families = new Families()
    const folder = `${context.procfs}/sys/net/netfilter`
    const entries = readNumber(`${folder}/nf_conntrack_count`)
    const limit = readNumber(`${folder}/nf_conntrack_max`)
    if (entries === undefined || limit === undefined) throw new NoDataError('no connection tracking')
    families.gauge(
      'node_nf_conntrack_entries',
      'Number of currently allocated flow entries for connection tracking.',
      entries,
    )
    families.gauge('node_nf_conntrack_entries_limit', 'Maximum size of connection tracking table.', limit)
    const text = readTextIfThere(`${context.netfs}/stat/nf_conntrack`)
    if (text !== undefined) addStatistics(families, linesOf(text).map(wordsOf))
    return families.done()
  },
}

/** A header, then a row of hexadecimal numbers for each CPU. */
function addStatistics(families: Families, [header, ...rows]: readonly string[][]): void {
  for (const [column, help] of columns) {
    const at = header.indexOf(column)
    if (at < 0) continue
    const sum = rows.reduce((total, row) => total + Number.parseInt(row[at] ?? '0', 16), 0)
    families.gauge(`node_nf_conntrack_stat_${column}`, help, sum)
  }
}
