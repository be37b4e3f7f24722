import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useId, useRef, useState, type FormEvent } from 'react'
import { Compass } from '../../app/icons.tsx'
import { SESSION } from '../../app/session.tsx'
import { useTitle } from '../../app/title.ts'
import { useWords } from '../../app/words.ts'
import { signIn, signInTrouble } from '../../lib/session.ts'
import { CopyButton } from '../../parts/copy-button.tsx'
import './sign-in.css'

const COMMAND = 'kubectl create token NAME -n NAMESPACE'
const SECRET = "kubectl get secret NAME -n NAMESPACE -o jsonpath='{.data.token}' | base64 -d"

/** The way in: one field for a token of the cluster. */
export function SignIn() {
  const { words } = useWords()
  const said = words.session
  const queries = useQueryClient()
  const field = useRef<HTMLInputElement>(null)
  const [trouble, setTrouble] = useState<{ text: string; detail: string } | null>(null)
  const [isBusy, setIsBusy] = useState(false)
  const [id, help, problem] = [useId(), useId(), useId()]
  useTitle(said.title)
  useEffect(() => field.current?.focus(), [])

  const submit = async (event: FormEvent) => {
    event.preventDefault()
    const token = field.current?.value.trim() ?? ''
    if (token === '') return field.current?.focus()
    setIsBusy(true)
    setTrouble(null)
    try {
      await signIn(token)
      await queries.invalidateQueries({ queryKey: SESSION })
    } catch (error) {
      const kind = signInTrouble(error)
      const detail = kind === 'other' || kind === 'away' ? (error as Error).message : ''
      setTrouble({ text: said.troubles[kind], detail })
      setIsBusy(false)
      field.current?.select()
    }
  }

  return (
    <main className="sign-in" data-page="sign-in">
      <section className="card">
        <header className="sign-in-head">
          <Compass />
          <h1>{said.title}</h1>
        </header>
        <form onSubmit={(event) => void submit(event)} autoComplete="off">
          <label htmlFor={id}>{said.label}</label>
          <input
            ref={field}
            id={id}
            className="text-input token"
            type="password"
            spellCheck={false}
            autoComplete="off"
            autoCapitalize="off"
            aria-describedby={`${help} ${problem}`}
            aria-invalid={trouble !== null}
          />
          <div id={problem} className="sign-in-trouble" role="alert" data-state={trouble ? 'refused' : undefined}>
            {trouble?.text}
            {trouble !== null && trouble.detail !== '' && <span className="t3"> {trouble.detail}</span>}
          </div>
          <button type="submit" className="btn primary" disabled={isBusy}>
            {isBusy ? said.signingIn : said.signIn}
          </button>
        </form>
        <div id={help} className="sign-in-help">
          <Command title={said.makeOne} command={COMMAND} />
          <Command title={said.fromSecret} command={SECRET} />
          <p className="t3">{said.needs}</p>
        </div>
      </section>
    </main>
  )
}

function Command({ title, command }: { title: string; command: string }) {
  const { words } = useWords()
  const { copy, copied } = words.status
  return (
    <div className="sign-in-command">
      <p>{title}</p>
      <code className="code wrap">{command}</code>
      <CopyButton text={command} words={{ copy, copied }} />
    </div>
  )
}
