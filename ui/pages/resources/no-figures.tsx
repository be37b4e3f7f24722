import { useQuery } from '@tanstack/react-query'
import { useWords } from '../../app/words.ts'
import { getOwn } from '../../lib/api.ts'
import { type MissingFigure, whyNodeHasNone, whyPodHasNone } from '../../lib/missing-figures.ts'

const LOOK_MS = 15_000

/** Why a node, or with a namespace a pod, has no figures in metrics.k8s.io; nothing where it has. */
export function NoFigures({ namespace = '', name }: { namespace?: string; name: string }) {
  const { words } = useWords()
  const { data } = useQuery({
    queryKey: ['cluster/missing'],
    queryFn: ({ signal }) => getOwn<{ missing: MissingFigure[] }>('cluster/missing', signal),
    refetchInterval: LOOK_MS,
  })
  const missing = data?.missing ?? []
  const why = namespace === '' ? whyNodeHasNone(missing, name) : whyPodHasNone(missing, namespace, name)
  if (why === undefined) return null
  return (
    <p className="hint" data-state="no-figures">
      {words.session.noFigures(why)}
    </p>
  )
}
