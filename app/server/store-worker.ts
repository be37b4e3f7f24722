import { parentPort, workerData } from 'node:worker_threads'
import { openLog } from '#lib/log'
import { bug, connect, Moved } from '#lib/run'
import { ScrapeManager, type TargetsChange } from '#lib/scrape'
import { type EraseJob, openStore, type Store } from '#lib/tsdb'
import type { StoreThread, StoreThreadData, StoreThreadOwner } from './store-calls.ts'
import { storeFamilies } from './store-telemetry.ts'

/** The one thread that writes: scrape sockets, line matching, the head and the log's write(2). */
const port = parentPort ?? bug('store-worker runs as a thread')
const data = workerData as StoreThreadData
const log = openLog(data.log)

let store: Store | undefined
let scraper: ScrapeManager | undefined
let maintenance: NodeJS.Timeout | undefined

const opened = () => store ?? bug('the store is not open')

const calls: StoreThread = {
  open: async () => {
    store = openStore({
      ...data,
      flush: (job) => owner.flush(job),
      compact: (job) => owner.compact(job),
      erase: (job) => owner.eraseSeries(job),
      snapshot: (job) => owner.takeSnapshot(job),
    })
    scraper = new ScrapeManager({ appender: store.appender, log, local: (name) => owner.localBody(name) })
    maintenance = setInterval(() => opened().maintain(), 1000)
    return store.report
  },
  reader: () => {
    const { value, transfer } = opened().handle()
    return new Moved(value, transfer)
  },
  apply: (change: TargetsChange) => scraper?.apply(change),
  targets: () => scraper?.targets() ?? [],
  stats: () => opened().stats(),
  blocks: () => opened().blocks(),
  erase: (job: EraseJob) => opened().erase(job),
  cleanTombstones: () => opened().cleanTombstones(),
  snapshot: (skipHead: boolean) => opened().snapshot(skipHead),
  telemetry: () =>
    store ? [...storeFamilies(store.stats(), data, scraper?.targets() ?? []), ...(scraper?.telemetry() ?? [])] : [],
  stop: async () => {
    clearInterval(maintenance)
    await scraper?.stop()
    await store?.flushAndClose()
  },
}

const owner = connect<StoreThreadOwner>(port, calls)
