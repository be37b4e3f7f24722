import { Menu } from '@mantine/core'
import '@mantine/core/styles/Popover.css'
import '@mantine/core/styles/Menu.css'
import { useQueryClient } from '@tanstack/react-query'
import { shortUser, signOut } from '../lib/session.ts'
import { Name } from '../parts/name.tsx'
import { Icon } from './icons.tsx'
import { SESSION, useSession } from './session.tsx'
import { useWords } from './words.ts'

/** How many namespaces are named; the others are counted. */
const NAMED = 6

/** Who has signed in, what they see, and the way out. */
export function UserMenu() {
  const { words } = useWords()
  const session = useSession()
  const queries = useQueryClient()
  const { name, namespace } = shortUser(session.user)
  const leave = () =>
    void signOut().then(() => {
      queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== SESSION[0] })
      return queries.invalidateQueries({ queryKey: SESSION })
    })
  return (
    <Menu position="bottom-end" width={260}>
      <Menu.Target>
        <button type="button" className="pick user" aria-label={words.session.menu(name)}>
          <span className="hide-sm">
            <Name name={name} />
          </span>
          <Icon name="person" />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{namespace === '' ? session.user : words.session.account(name, namespace)}</Menu.Label>
        <Menu.Label data-part="sees">{sees()}</Menu.Label>
        <Menu.Divider />
        <Menu.Item onClick={leave}>{words.session.signOut}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )

  function sees(): string {
    if (session.reads === 'everything') return words.session.everything
    const named = session.namespaces.slice(0, NAMED).join(', ')
    const others = session.namespaces.length - NAMED
    const list = others > 0 ? words.session.andMore(named, others) : named
    if (session.namespaces.length === 0) return words.session.clusterOnly
    return session.cluster ? words.session.namespacesAndCluster(list) : words.session.onlyNamespaces(list)
  }
}
