import '@mantine/core/styles/ScrollArea.css'
import '@mantine/core/styles/Overlay.css'
import '@mantine/core/styles/CloseButton.css'
import '@mantine/core/styles/ModalBase.css'
import '@mantine/core/styles/Modal.css'
import { Modal } from '@mantine/core'
import { useHasCluster } from './cluster.ts'
import { useWords } from './words.ts'

/** The list of keys. */
export function KeysDialog({ close }: { close: () => void }) {
  const { words } = useWords()
  const said = words.keys
  const hasCluster = useHasCluster()
  const rows: [string[], string][] = [
    [['Ctrl K'], said.find],
    [['/'], said.filter],
    [['J', 'K'], said.move],
    [['Enter'], said.open],
    [['E'], said.explore],
    [['G', said.andThen, `H ${hasCluster ? 'R' : 'C'} E S`], hasCluster ? said.pagesOfCluster : said.pages],
    [['T'], said.time],
    [['[', ']'], said.shift],
    [['?'], said.help],
  ]
  return (
    <Modal lockScroll={false} opened onClose={close} title={said.title} closeButtonProps={{ 'aria-label': 'Esc' }}>
      <dl className="facts">
        {rows.map(([keys, meaning]) => (
          <KeyRow key={meaning} keys={keys} meaning={meaning} />
        ))}
      </dl>
    </Modal>
  )
}

function KeyRow({ keys, meaning }: { keys: string[]; meaning: string }) {
  return (
    <>
      <dt>
        {keys.map((key) => (
          <span key={key}>
            <kbd>{key}</kbd>{' '}
          </span>
        ))}
      </dt>
      <dd>{meaning}</dd>
    </>
  )
}
