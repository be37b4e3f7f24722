import { Menu } from '@mantine/core'
import '@mantine/core/styles/Popover.css'
import '@mantine/core/styles/Menu.css'
import { useWords } from '../../app/words.ts'
import type { Grouping } from './table-view.ts'

interface Props {
  groupings: readonly Grouping[]
  chosen: Grouping | undefined
  choose: (grouping: Grouping | null) => void
}

/** What rows are put together by. */
export function GroupMenu({ groupings, chosen, choose }: Props) {
  const { words } = useWords()
  const said = words.resources
  return (
    <Menu position="bottom-end" width={220}>
      <Menu.Target>
        <button type="button" className="pick hide-sm" data-group={chosen ?? ''}>
          {chosen ? said.groups[chosen] : said.groupBy}
          <i className="chev" />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        {[undefined, ...groupings].map((one) => (
          <Menu.Item
            key={one ?? 'none'}
            role="menuitemradio"
            aria-checked={one === chosen}
            data-chosen={one === chosen || undefined}
            onClick={() => choose(one ?? null)}
          >
            {said.groups[one ?? 'none']}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}
