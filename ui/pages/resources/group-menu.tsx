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

const NONE = 'none'

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
        <Menu.RadioGroup value={chosen ?? NONE} onChange={(id) => choose(groupings.find((one) => one === id) ?? null)}>
          {([NONE, ...groupings] as const).map((one) => (
            <Menu.RadioItem key={one} value={one} closeMenuOnClick>
              {said.groups[one]}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
      </Menu.Dropdown>
    </Menu>
  )
}
