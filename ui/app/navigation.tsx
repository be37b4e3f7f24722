import { Link, useLocation, useSearchParams } from 'react-router'
import { RESOURCE_KINDS } from '../lib/resource-row.ts'
import { linkTo } from '../lib/url-state.ts'
import { useHasCluster } from './cluster.ts'
import { Icon } from './icons.tsx'
import { useWords } from './words.ts'

/** A page of the navigation; `holds` are the first parts of the addresses that belong to it. */
interface Entry {
  name: 'home' | 'containers' | 'resources' | 'explore' | 'status'
  path: string
  holds: readonly string[]
}

const PAGES: Entry[] = [
  { name: 'home', path: '/', holds: [''] },
  { name: 'containers', path: '/containers', holds: ['containers', 'machine'] },
  { name: 'resources', path: '/pods', holds: RESOURCE_KINDS },
  { name: 'explore', path: '/explore', holds: ['explore'] },
  { name: 'status', path: '/status', holds: ['status'] },
]

/** The pages that exist here, in the order of the navigation: objects of the cluster, or containers where there is none. */
export function usePages(): Entry[] {
  const without = useHasCluster() ? 'containers' : 'resources'
  return PAGES.filter(({ name }) => name !== without)
}

/** The way between pages; the time range and the namespaces come along. */
export function Navigation() {
  const { words } = useWords()
  const { pathname } = useLocation()
  const [search] = useSearchParams()
  const first = pathname.split('/')[1]
  return (
    <nav className="nav" aria-label={words.frame.navigation}>
      {usePages().map(({ name, path, holds }) => (
        <Link
          key={path}
          to={linkTo(path, search)}
          aria-current={holds.includes(first) ? 'page' : undefined}
          data-page={name}
        >
          <Icon name={name} />
          <span>{words.pages[name]}</span>
        </Link>
      ))}
    </nav>
  )
}
