import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useWords } from '../../app/words.ts'
import { getPrometheus } from '../../lib/api.ts'
import { EmptyState } from '../../parts/empty-state.tsx'
import { Skeleton } from '../../parts/skeleton.tsx'

/** The configuration in force, as it was understood; secrets are redacted by the server. */
export function ConfigurationTab() {
  const { words } = useWords()
  const { data, error } = useQuery({
    queryKey: ['config'],
    queryFn: ({ signal }) => getPrometheus<{ yaml: string }>('status/config', signal),
  })
  const said = words.status
  if (error)
    return (
      <section className="card">
        <EmptyState title={words.state.failed(said.tabs.configuration)}>
          {words.state.failedDetail(error.message)}
        </EmptyState>
      </section>
    )
  if (!data)
    return (
      <section className="card">
        <Skeleton kind="rows" />
      </section>
    )
  if (data.yaml.trim() === '')
    return (
      <section className="card">
        <EmptyState title={said.noConfiguration}>{said.noConfigurationWhy}</EmptyState>
      </section>
    )
  return (
    <section className="card" aria-label={said.tabs.configuration} data-card="configuration">
      <header>
        <h2>{said.configurationTitle}</h2>
        <span className="sp" />
        <CopyButton text={data.yaml} />
      </header>
      <div className="in">
        <pre className="code config" tabIndex={0}>
          {data.yaml}
        </pre>
      </div>
    </section>
  )
}

function CopyButton({ text }: { text: string }) {
  const { words } = useWords()
  const [copied, setCopied] = useState(false)
  const copy = () => {
    void navigator.clipboard.writeText(text)
    setCopied(true)
  }
  return (
    <button type="button" className="btn" onClick={copy}>
      <span role="status">{copied ? words.status.copied : words.status.copy}</span>
    </button>
  )
}
