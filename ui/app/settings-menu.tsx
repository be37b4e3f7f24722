import { Menu, useMantineColorScheme, type MantineColorScheme } from '@mantine/core'
import '@mantine/core/styles/Popover.css'
import '@mantine/core/styles/Menu.css'
import { useState } from 'react'
import { fixedRange } from '../lib/time-range.ts'
import { readableSearch, withEntries } from '../lib/url-state.ts'
import { SettingsButton } from './settings.tsx'
import { askFor, SINGLE_KEYS } from './keys.tsx'
import { recall, remember } from './storage.ts'
import { usePageTime, useUrlEntries } from './time.ts'
import { LANGUAGES, useWords, type Language } from './words.ts'

const SCHEMES: MantineColorScheme[] = ['auto', 'light', 'dark']

/** Theme, language, clock, keys, and a link to what is seen now. */
export function SettingsMenu({ opened }: { opened: boolean }) {
  const { words, language, speak } = useWords()
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const { utc } = usePageTime()
  const setEntries = useUrlEntries()
  return (
    <Menu position="bottom-end" width={220} defaultOpened={opened}>
      <Menu.Target>
        <SettingsButton />
      </Menu.Target>
      <Menu.Dropdown>
        <Share />
        <Menu.Item onClick={() => askFor('keys')} rightSection={<kbd>?</kbd>}>
          {words.frame.keys}
        </Menu.Item>
        <Menu.Item data-chosen={utc || undefined} onClick={() => setEntries({ utc: utc ? null : '1' })}>
          {words.frame.utc}
        </Menu.Item>
        <SingleKeys />
        <Menu.Divider />
        <Menu.Label>{words.frame.theme}</Menu.Label>
        {SCHEMES.map((scheme) => (
          <Menu.Item
            key={scheme}
            data-theme={scheme}
            data-chosen={scheme === colorScheme || undefined}
            onClick={() => setColorScheme(scheme)}
          >
            {words.frame.themes[scheme]}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Label>{words.frame.language}</Menu.Label>
        {(Object.keys(LANGUAGES) as Language[]).map((one) => (
          <Menu.Item key={one} lang={one} data-chosen={one === language || undefined} onClick={() => speak(one)}>
            {LANGUAGES[one]}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}

/** Single keys can be turned off, for those whom they surprise. */
function SingleKeys() {
  const { words } = useWords()
  const [on, setOn] = useState(recall(SINGLE_KEYS) !== 'off')
  const toggle = () => {
    remember(SINGLE_KEYS, on ? 'off' : 'on')
    setOn(!on)
  }
  return (
    <Menu.Item
      role="menuitemcheckbox"
      aria-checked={on}
      closeMenuOnClick={false}
      data-chosen={on || undefined}
      onClick={toggle}
    >
      {words.frame.singleKeys}
    </Menu.Item>
  )
}

/** A link with the range fixed, so that another person sees the same. */
function Share() {
  const { words } = useWords()
  const { fromMs, toMs } = usePageTime()
  const [copied, setCopied] = useState(false)
  const copy = () => {
    const search = withEntries(new URLSearchParams(location.search), { ...fixedRange({ fromMs, toMs }) })
    void navigator.clipboard.writeText(location.origin + location.pathname + readableSearch(search))
    setCopied(true)
  }
  return (
    <Menu.Item closeMenuOnClick={false} onClick={copy}>
      <span role="status">{copied ? words.frame.shared : words.frame.share}</span>
    </Menu.Item>
  )
}
