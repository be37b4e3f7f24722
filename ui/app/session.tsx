import { useQuery, useQueryClient } from '@tanstack/react-query'
import { createContext, lazy, Suspense, use, useEffect, type ReactNode } from 'react'
import { getOwn } from '../lib/api.ts'
import { isLetIn, type Session } from '../lib/session.ts'

const SignIn = lazy(async () => ({ default: (await import('../pages/sign-in/sign-in.tsx')).SignIn }))

/** The key of the session among the queries; to be asked again when something was refused. */
export const SESSION = ['session'] as const
/** The live connection was ended, as the session has. */
export const SIGNED_OUT = 'binnacle-signed-out'

const LOOK_MS = 30_000

const OPEN: Session = {
  auth: 'none',
  user: '',
  reads: 'everything',
  cluster: true,
  namespaces: [],
  apiServerDownSinceMs: 0,
  readsUntilMs: 0,
}

const SessionContext = createContext<Session>(OPEN)

/** Who looks at the page, and what they see. */
export function useSession(): Session {
  return use(SessionContext)
}

/** The pages for whoever is let in, otherwise the way in. The address stays, so that the page is there afterwards. */
export function SessionGate({ children }: { children: ReactNode }) {
  const queries = useQueryClient()
  const { data, isPending } = useQuery({
    queryKey: SESSION,
    queryFn: ({ signal }) => getOwn<Session>('session', signal),
    refetchInterval: ({ state }) => (state.data?.auth === 'kubernetes' ? LOOK_MS : false),
  })
  useEffect(() => {
    const look = () => void queries.invalidateQueries({ queryKey: SESSION })
    window.addEventListener(SIGNED_OUT, look)
    return () => window.removeEventListener(SIGNED_OUT, look)
  }, [queries])
  if (isPending) return null
  // A server that does not answer says so on its pages.
  const session = data ?? OPEN
  if (!isLetIn(session))
    return (
      <Suspense fallback={null}>
        <SignIn />
      </Suspense>
    )
  return <SessionContext value={session}>{children}</SessionContext>
}
