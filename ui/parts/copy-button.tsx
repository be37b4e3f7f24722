import { useState } from 'react'

interface Props {
  text: string
  words: { copy: string; copied: string }
}

/** Copies a command, and says so. */
export function CopyButton({ text, words }: Props) {
  const [isCopied, setIsCopied] = useState(false)
  const copy = () => void navigator.clipboard?.writeText(text).then(() => setIsCopied(true))
  return (
    <button
      type="button"
      className="btn copy-button"
      aria-label={isCopied ? undefined : `${words.copy}: ${text}`}
      onClick={copy}
    >
      <span aria-live="polite">{isCopied ? words.copied : words.copy}</span>
    </button>
  )
}
