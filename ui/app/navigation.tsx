import { Link, useLocation, useSearchParams } from 'react-router'
import { linkTo } from '../lib/url-state.ts'
import { Icon } from './icons.tsx'
import { useWords } from './words.ts'

/** The pages that exist, in the order of the navigation. */
export const PAGES = [
  { name: 'home', path: '/' },
  { name: 'containers', path: '/containers' },
  { name: 'explore', path: '/explore' },
  { name: 'status', path: '/status' },
] as const

/** The way between pages; the time range comes along. */
export function Navigation() {
  const { words } = useWords()
  const { pathname } = useLocation()
  const [search] = useSearchParams()
  return (
    <nav className="nav" aria-label={words.frame.navigation}>
      {PAGES.map(({ name, path }) => (
        <Link
          key={name}
          to={linkTo(path, search)}
          aria-current={isAt(pathname, path) ? 'page' : undefined}
          data-page={name}
        >
          <Icon name={name} />
          <span>{words.pages[name]}</span>
        </Link>
      ))}
    </nav>
  )
}

function isAt(pathname: string, path: string): boolean {
  return path === '/' ? pathname === '/' : pathname === path || pathname.startsWith(`${path}/`)
}
