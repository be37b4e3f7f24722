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

const TELL_MS = 200

let store: Store | undefined
let scraper: ScrapeManager | undefined
let maintenance: NodeJS.Timeout | undefined

const opened = () => store ?? bug('the store is not open')

/** Tells the owner how far the start is, not more often than somebody would look. */
function told(): (doneBytes: number, totalBytes: number) => void {
  let nextMs = performance.now() + TELL_MS
  return (doneBytes, totalBytes) => {
    if (performance.now() < nextMs) return
    nextMs = performance.now() + TELL_MS
    void owner.replayed(doneBytes, totalBytes)
  }
}

let failure = ''

/** What goes wrong is logged once, and when it goes well again. */
function maintain(): void {
  opened().maintain()
  const now = opened().failure
  if (now === failure) return
  if (now === '') log.info({ was: failure }, 'the store works again')
  else if (failure === '' || now.split(':')[0] !== failure.split(':')[0])
    log.error({ why: now }, 'the store has trouble')
  failure = now
}

const calls: StoreThread = {
  open: async () => {
    store = openStore({
      ...data,
      flush: (job) => owner.flush(job),
      compact: (job) => owner.compact(job),
      erase: (job) => owner.eraseSeries(job),
      snapshot: (job) => owner.takeSnapshot(job),
      onReplay: told(),
    })
    scraper = new ScrapeManager({ appender: store.appender, log, local: (name) => owner.localBody(name) })
    maintenance = setInterval(maintain, 1000)
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
