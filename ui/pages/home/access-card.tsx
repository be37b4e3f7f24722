import { Link, useSearchParams } from 'react-router'
import type { AccessNote } from '#lib/cluster'
import { useCluster } from '../../app/data.ts'
import { useClusterHomeWords } from '../../app/page-words.ts'
import type { About } from '../../lib/api.ts'
import { linkTo } from '../../lib/url-state.ts'
import { CopyButton } from '../../parts/copy-button.tsx'
import { Status, type Level } from '../../parts/status.tsx'
import { SelfCard } from './self-card.tsx'

/** How the cluster is read and what is missing, beside what the program itself costs and where it runs. */
export function AccessAndSelf({ about }: { about: About }) {
  const said = useClusterHomeWords()
  const [search] = useSearchParams()
  return (
    <div className="grid even">
      <AccessCard />
      <SelfCard
        about={about}
        first={
          <>
            <dt>{said.machine}</dt>
            <dd>
              <Link to={linkTo('/machine', search)}>{said.machineText(about.machine.name)}</Link>
            </dd>
          </>
        }
      />
    </div>
  )
}

function AccessCard() {
  const said = useClusterHomeWords()
  const notes = useCluster().data?.notes ?? []
  return (
    <section className="card g6" aria-label={said.access} data-card="access">
      <header>
        <h2>{said.access}</h2>
      </header>
      <div className="in access-notes">
        {notes.length === 0 && <Status level="ok">{said.accessFine}</Status>}
        {notes.map((note) => (
          <Note key={note.subject} note={note} />
        ))}
        <p className="hint">{said.accessHint}</p>
      </div>
    </section>
  )
}

const LEVELS: Record<AccessNote['level'], Level> = { ok: 'ok', warning: 'warn', idle: 'idle' }

/** A sentence of the server, and what would change it. */
function Note({ note: { level, text, remedy } }: { note: AccessNote }) {
  const said = useClusterHomeWords()
  return (
    <div className="access-note">
      <Status level={LEVELS[level]} wraps>
        {text}
      </Status>
      {remedy !== '' && (
        <div className="access-remedy">
          <pre className="code wrap">{remedy}</pre>
          {/\bkubectl\b|^\s*(apiVersion|kind):/.test(remedy) && (
            <CopyButton text={remedy} words={{ copy: said.copy, copied: said.copied }} />
          )}
        </div>
      )}
    </div>
  )
}
