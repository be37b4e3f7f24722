import { useQuery } from '@tanstack/react-query'
import { useWords } from '../../app/words.ts'
import { getOwn } from '../../lib/api.ts'
import { type MissingFigure, whyNodeHasNone, whyPodHasNone } from '../../lib/missing-figures.ts'

const LOOK_MS = 15_000

/** Why a node, or with a namespace a pod, has no figures in metrics.k8s.io; undefined where it has, or nobody tells. */
export function useWhyNone(namespace: string, name: string): string | undefined {
  const { data } = useQuery({
    queryKey: ['cluster/missing'],
    queryFn: ({ signal }) => getOwn<{ missing: MissingFigure[] }>('cluster/missing', signal),
    refetchInterval: LOOK_MS,
  })
  const missing = data?.missing ?? []
  return namespace === '' ? whyNodeHasNone(missing, name) : whyPodHasNone(missing, namespace, name)
}

/** The same in a sentence; nothing where there are figures. */
export function NoFigures({ namespace = '', name }: { namespace?: string; name: string }) {
  const { words } = useWords()
  const why = useWhyNone(namespace, name)
  if (why === undefined) return null
  return (
    <p className="hint" data-state="no-figures">
      {words.session.noFigures(why)}
    </p>
  )
}
