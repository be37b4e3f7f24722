import { useState } from 'react'
import { useWords } from '../../app/words.ts'

/** Copies a command for kubectl. */
export function Copy({ text }: { text: string }) {
  const { words } = useWords()
  const [copied, setCopied] = useState(false)
  const said = words.resources.panel
  const copy = () => void navigator.clipboard?.writeText(text).then(() => setCopied(true))
  return (
    <button type="button" className="btn" title={text} onClick={copy}>
      {copied ? said.copied : said.copy}
    </button>
  )
}
