import { Link, useSearchParams } from 'react-router'
import { kindName, objectPath, type ObjectRef } from '../lib/object-path.ts'
import { linkTo } from '../lib/url-state.ts'
import { Name } from './name.tsx'

/** The name of an object, which is a link wherever it stands; time range and namespaces come along. */
export function ObjectLink({ withKind = false, ...ref }: ObjectRef & { withKind?: boolean }) {
  const [search] = useSearchParams()
  const path = objectPath(ref)
  const text = withKind ? `${kindName(ref.kind)} ${ref.name}` : ref.name
  if (path === null) return <Name name={text} />
  const entries: Record<string, string> = ref.kind.toLowerCase() === 'container' ? { c: ref.name } : {}
  return (
    <Link className="object-link" to={linkTo(path, search, entries)}>
      <Name name={text} />
    </Link>
  )
}
