import { clockTime } from '../lib/format.ts'
import { useSession } from './session.tsx'
import { usePageTime } from './time.ts'
import { useWords } from './words.ts'

/** While the API server cannot be asked who this is: since when, and until when stored data is shown on. */
export function ApiServerDown() {
  const { words, language } = useWords()
  const { utc } = usePageTime()
  const { apiServerDownSinceMs: since, readsUntilMs: until } = useSession()
  if (since === 0 || until === 0) return null
  return (
    <p className="notice" role="status" data-state="api-server-down">
      {words.session.down(clockTime(since, utc, language), clockTime(until, utc, language))}
    </p>
  )
}
