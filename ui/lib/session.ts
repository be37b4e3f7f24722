import { ApiError } from './api.ts'

/** Who is signed in, and what they see: the answer of /api/ui/v1/session. */
export interface Session {
  /** `none`: nobody needs to sign in here. */
  auth: 'none' | 'kubernetes'
  /** Empty while nobody is signed in. */
  user: string
  reads: 'everything' | 'namespaces' | 'nothing'
  /** Also what belongs to no namespace. */
  cluster: boolean
  namespaces: string[]
  /** Since when the API server cannot be asked; 0: it answers. */
  apiServerDownSinceMs: number
  /** Meanwhile: until when this session goes on reading. */
  readsUntilMs: number
}

const PATH = '/api/ui/v1/session'

/** Opens a session by a token. Throws an ApiError with the server's words. */
export async function signIn(token: string): Promise<void> {
  const headers = { 'content-type': 'application/json', accept: 'application/json' }
  const answer = await fetch(PATH, { method: 'POST', headers, body: JSON.stringify({ token }) })
  if (answer.ok) return
  const { errorType = 'http', error = answer.statusText } = (await answer.json().catch(() => ({}))) as {
    errorType?: string
    error?: string
  }
  throw new ApiError(answer.status, errorType, error)
}

/** Ends the session here and at the server. */
export async function signOut(): Promise<void> {
  await fetch(PATH, { method: 'DELETE' })
}

/** Whether a page may be shown: nobody needs to sign in, or somebody has. */
export function isLetIn({ auth, user }: Session): boolean {
  return auth === 'none' || user !== ''
}

/** A service account by its short name and namespace; anyone else as they are called. */
export function shortUser(user: string): { name: string; namespace: string } {
  const [, namespace, name] = /^system:serviceaccount:([^:]+):(.+)$/.exec(user) ?? []
  return name === undefined ? { name: user, namespace: '' } : { name, namespace }
}

/** What went wrong with a token, as a key of the catalogue. */
export function signInTrouble(error: unknown): 'wrong' | 'nothing' | 'plain' | 'wait' | 'away' | 'other' {
  if (!(error instanceof ApiError)) return 'other'
  if (error.status === 401) return 'wrong'
  if (error.status === 429) return 'wait'
  if (error.status === 503) return 'away'
  if (error.status !== 403) return 'other'
  return /plain HTTP/.test(error.message) ? 'plain' : 'nothing'
}
