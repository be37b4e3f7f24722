import { useTargetWords } from '../../app/page-words.ts'
import { originOf } from '../../lib/target-page.ts'

/** The name of a pool as a person reads it, and as the configuration has it. */
export function PoolTitle({ pool }: { pool: string }) {
  const said = useTargetWords()
  const { kind, namespace, name, index } = originOf(pool)
  if (kind !== 'job')
    return (
      <>
        <h2>{`${kind} ${namespace}/${name}`}</h2>
        {index > 0 && <span className="t3">{said.endpoint(index + 1)}</span>}
      </>
    )
  const title = Object.hasOwn(said.pools, pool) ? said.pools[pool] : pool
  return (
    <>
      <h2>{title}</h2>
      {title !== pool && <code className="t3 hide-sm">{pool}</code>}
    </>
  )
}
