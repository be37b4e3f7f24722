import { lazy, Suspense, type ComponentType } from 'react'
import { Link, useParams, useSearchParams } from 'react-router'
import { useOwnStatus } from '../../app/data.ts'
import { useTargets } from '../../app/targets.ts'
import { useTitle } from '../../app/title.ts'
import { useWords } from '../../app/words.ts'
import { chooseUnit, withUnit } from '../../lib/units.ts'
import { linkTo } from '../../lib/url-state.ts'
import { Skeleton } from '../../parts/skeleton.tsx'
import { Verdict } from '../../parts/verdict.tsx'
import { TargetsTab } from './targets-tab.tsx'
import './status.css'

const TABS = {
  targets: TargetsTab,
  storage: lazy(async () => ({ default: (await import('./storage-tab.tsx')).StorageTab })),
  collectors: lazy(async () => ({ default: (await import('./collectors-tab.tsx')).CollectorsTab })),
  configuration: lazy(async () => ({ default: (await import('./configuration-tab.tsx')).ConfigurationTab })),
  flags: lazy(async () => ({ default: (await import('./flags-tab.tsx')).FlagsTab })),
  about: lazy(async () => ({ default: (await import('./about-tab.tsx')).AboutTab })),
} satisfies Record<string, ComponentType>

type TabName = keyof typeof TABS

/** How Binnacle itself is doing: what it scrapes, keeps, reads, and was told. */
export function Status() {
  const { words } = useWords()
  const { tab = 'targets' } = useParams()
  const [search] = useSearchParams()
  const name: TabName = Object.hasOwn(TABS, tab) ? (tab as TabName) : 'targets'
  const Tab = TABS[name]
  useTitle(`${words.status.tabs[name]} · ${words.status.title}`)
  return (
    <div className="page" data-page="status" data-tab={name}>
      <StatusHead />
      <nav className="tabs" aria-label={words.status.title}>
        {(Object.keys(TABS) as TabName[]).map((one) => (
          <Link
            key={one}
            to={linkTo(one === 'targets' ? '/status' : `/status/${one}`, search)}
            aria-current={one === name ? 'page' : undefined}
          >
            {words.status.tabs[one]}
          </Link>
        ))}
      </nav>
      <Suspense fallback={<Skeleton kind="rows" />}>
        <Tab />
      </Suspense>
    </div>
  )
}

function StatusHead() {
  const { words, language } = useWords()
  const { data: targets } = useTargets()
  const status = useOwnStatus().data
  const up = (targets ?? []).filter(({ health }) => health === 'up').length
  const failing = (targets ?? []).filter(({ health }) => health === 'down').length
  const said = words.status
  if (!targets) return <Skeleton kind="line" />
  const facts = [
    failing > 0 ? said.failing(failing) : '',
    said.everyDrop,
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
        <Verdict level={targets.length === 0 ? 'idle' : failing > 0 ? 'warn' : 'ok'}>
          {targets.length === 0 ? said.noTargets : said.targetsUp(up, targets.length)}
        </Verdict>
        <p className="t2">{facts.filter(Boolean).join(' · ')}</p>
      </div>
    </div>
  )
}
