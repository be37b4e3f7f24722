import { Menu } from '@mantine/core'
import '@mantine/core/styles/Popover.css'
import '@mantine/core/styles/Menu.css'
import { useWords } from '../app/words.ts'

/** Which columns are shown; the name and the state always are. */
export function ColumnsMenu({
  columns,
  hidden,
  toggle,
}: {
  columns: readonly { id: string; title: string }[]
  hidden: ReadonlySet<string>
  toggle: (id: string) => void
}) {
  const { words } = useWords()
  return (
    <Menu closeOnItemClick={false} position="bottom-end" width={200}>
      <Menu.Target>
        <button type="button" className="pick hide-sm">
          {words.containers.columns}
          <i className="chev" />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        {columns.slice(2).map(({ id, title }) => (
          <Menu.CheckboxItem key={id} checked={!hidden.has(id)} onChange={() => toggle(id)}>
            {title}
          </Menu.CheckboxItem>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}
