import { lazy, Suspense, useMemo, type ComponentType } from 'react'
import { Link, useParams, useSearchParams } from 'react-router'
import { useHasCluster, useNamespaces } from '../../app/cluster.ts'
import { useOwnStatus } from '../../app/data.ts'
import { useTargetWords } from '../../app/page-words.ts'
import { useSession } from '../../app/session.tsx'
import { useMonitors, useTargetPage } from '../../app/targets.ts'
import { useTitle } from '../../app/title.ts'
import { useWords } from '../../app/words.ts'
import { countSilent, monitorObjects } from '../../lib/monitor-reports.ts'
import { countTargets } from '../../lib/target-page.ts'
import { chooseUnit, withUnit } from '../../lib/units.ts'
import { linkTo } from '../../lib/url-state.ts'
import { Skeleton } from '../../parts/skeleton.tsx'
import { Verdict } from '../../parts/verdict.tsx'
import { TargetsTab } from './targets-tab.tsx'
import './status.css'

const TABS = {
  targets: TargetsTab,
  dropped: lazy(async () => ({ default: (await import('./dropped-tab.tsx')).DroppedTab })),
  monitors: lazy(async () => ({ default: (await import('./monitors-tab.tsx')).MonitorsTab })),
  storage: lazy(async () => ({ default: (await import('./storage-tab.tsx')).StorageTab })),
  collectors: lazy(async () => ({ default: (await import('./collectors-tab.tsx')).CollectorsTab })),
  configuration: lazy(async () => ({ default: (await import('./configuration-tab.tsx')).ConfigurationTab })),
  flags: lazy(async () => ({ default: (await import('./flags-tab.tsx')).FlagsTab })),
  about: lazy(async () => ({ default: (await import('./about-tab.tsx')).AboutTab })),
} satisfies Record<string, ComponentType>

type TabName = keyof typeof TABS
const TAB_NAMES = Object.keys(TABS) as TabName[]

/** How Binnacle itself is doing: what it scrapes, keeps, reads, and was told. */
export function Status() {
  const { words } = useWords()
  const { tab = 'targets' } = useParams()
  const [search] = useSearchParams()
  const hasCluster = useHasCluster()
  const titles: Record<TabName, string> = { ...words.status.tabs, ...useTargetWords().tabs }
  const name: TabName = Object.hasOwn(TABS, tab) ? (tab as TabName) : 'targets'
  const Tab = TABS[name]
  useTitle(`${titles[name]} · ${words.status.title}`)
  return (
    <div className="page" data-page="status" data-tab={name}>
      <StatusHead />
      <nav className="tabs" aria-label={words.status.title}>
        {TAB_NAMES.filter((one) => one !== 'monitors' || hasCluster).map((one) => (
          <Link
            key={one}
            to={linkTo(one === 'targets' ? '/status' : `/status/${one}`, search)}
            aria-current={one === name ? 'page' : undefined}
          >
            {titles[one]}
            {one === 'monitors' && <SilentCount />}
          </Link>
        ))}
      </nav>
      <Suspense fallback={<Skeleton kind="rows" />}>
        <Tab />
      </Suspense>
    </div>
  )
}

/** How many objects lead to no target, beside the name of their tab. */
function SilentCount() {
  const silent = useSilent()
  return silent > 0 && <span className="tag warn">{silent}</span>
}

function useSilent(): number {
  const namespaces = useNamespaces()
  const reports = useMonitors(useHasCluster()).data?.reports
  return useMemo(() => (reports ? countSilent(monitorObjects(reports, namespaces)) : 0), [reports, namespaces])
}

function StatusHead() {
  const { words, language } = useWords()
  const tried = useTargetWords()
  const { data: page } = useTargetPage(true)
  const status = useOwnStatus().data
  const silent = useSilent()
  const { cluster: seesCluster, namespaces } = useSession()
  const said = words.status
  if (!page) return <Skeleton kind="line" />
  const { up, all, failing, unreached } = countTargets(page)
  const facts = [
    seesCluster ? '' : words.session.onlyNamespaces(namespaces.join(', ')),
    failing > 0 ? said.failing(failing) : '',
    unreached > 0 ? tried.notReached(unreached) : '',
    silent > 0 ? tried.silent(silent) : '',
    seesCluster ? said.everyDrop : '',
    status
      ? said.uses(
          chooseUnit('cores', 1, language).text(status.self.cpuCores),
          withUnit('bytes', status.self.memoryBytes, language),
        )
      : '',
  ]
  return (
    <div className="head">
      <div className="col">
        <Verdict level={all === 0 ? 'idle' : failing > 0 ? 'warn' : 'ok'}>
          {all === 0 ? said.noTargets : said.targetsUp(up, all)}
        </Verdict>
        <p className="t2">{facts.filter(Boolean).join(' · ')}</p>
      </div>
    </div>
  )
}
