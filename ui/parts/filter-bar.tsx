import { useRef, useState, type KeyboardEvent } from 'react'
import { useWish } from '../app/keys.tsx'
import { useWords } from '../app/words.ts'
import { parseTerm } from '../lib/text-filter.ts'
import './filter-bar.css'

interface Props {
  /** The conditions as they were typed. */
  terms: string[]
  onTerms: (terms: string[]) => void
  /** What is being typed; it filters as a free word at once. */
  draft: string
  onDraft: (draft: string) => void
}

/** The filter of a table: conditions as chips, and room to write the next one. */
export function FilterBar({ terms, onTerms, draft, onDraft }: Props) {
  const { words } = useWords()
  const input = useRef<HTMLInputElement>(null)
  useWish('filter', () => input.current?.focus())
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return
    if (event.key === 'Enter' && parseTerm(draft)) {
      onDraft('')
      onTerms([...terms, draft.trim()])
    } else if (event.key === 'Backspace' && draft === '' && terms.length > 0) onTerms(terms.slice(0, -1))
    else if (event.key === 'Escape') input.current?.blur()
  }
  return (
    <div className="filter-bar" data-filter>
      {terms.map((term) => (
        <button
          type="button"
          className="chip"
          key={term}
          aria-label={words.containers.removeTerm(term)}
          onClick={() => onTerms(terms.filter((one) => one !== term))}
        >
          {term} <span aria-hidden="true">×</span>
        </button>
      ))}
      <input
        ref={input}
        value={draft}
        aria-label={words.containers.filterLabel}
        placeholder={words.containers.filter}
        onChange={(event) => onDraft(event.target.value)}
        onKeyDown={onKeyDown}
      />
    </div>
  )
}

interface QuickProps {
  label: string
  filters: { id: string; title: string; level?: 'warn' | 'crit'; count: number }[]
  chosen: string
  choose: (id: string) => void
}

/** Counted filters above a table: one press shows only those. */
export function QuickFilters({ label, filters, chosen, choose }: QuickProps) {
  const [touched, setTouched] = useState(chosen)
  return (
    <div className="row wrap" role="group" aria-label={label}>
      {filters
        .filter(({ count, id }) => count > 0 || id === chosen || id === touched)
        .map(({ id, title, level, count }) => (
          <button
            type="button"
            key={id}
            className="btn"
            data-quick={id}
            aria-pressed={id === chosen}
            onClick={() => (setTouched(id), choose(id === chosen ? '' : id))}
          >
            {level ? <span className={`status ${level} plain`}>{title}</span> : title} <b>{count}</b>
          </button>
        ))}
    </div>
  )
}
