import '@mantine/core/styles/ScrollArea.css'
import '@mantine/core/styles/Overlay.css'
import '@mantine/core/styles/CloseButton.css'
import '@mantine/core/styles/ModalBase.css'
import '@mantine/core/styles/Modal.css'
import { Modal } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState, type KeyboardEvent } from 'react'
import { useNavigate, useSearchParams } from 'react-router'
import { getPrometheus } from '../lib/api.ts'
import { findMatches, type Findable } from '../lib/find.ts'
import { objectPath, type ObjectRef } from '../lib/object-path.ts'
import { RESOURCE_KINDS } from '../lib/resource-row.ts'
import { containerPath, linkTo } from '../lib/url-state.ts'
import { Name } from '../parts/name.tsx'
import { useHasCluster } from './cluster.ts'
import { useClusterList, useContainers } from './data.ts'
import { usePages } from './navigation.tsx'
import { useWords } from './words.ts'

const MOST = 12

/** Finds pages, containers and metrics by any part of their names. */
export function FinderDialog({ close }: { close: () => void }) {
  const { words } = useWords()
  const placeholder = useHasCluster() ? words.find.placeholderOfCluster : words.find.placeholder
  const [text, setText] = useState('')
  const [at, setAt] = useState(0)
  const navigate = useNavigate()
  const found = findMatches(useFindables(), text, MOST)
  const open = (one: Findable | undefined) => {
    if (!one) return
    close()
    void navigate(one.path)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown') setAt(Math.min(found.length - 1, at + 1))
    else if (event.key === 'ArrowUp') setAt(Math.max(0, at - 1))
    else if (event.key === 'Enter' && !event.nativeEvent.isComposing) return open(found[at])
    else return
    event.preventDefault()
  }
  return (
    <Modal
      lockScroll={false}
      opened
      onClose={close}
      withCloseButton={false}
      size="lg"
      aria-label={words.keys.find}
      title={null}
    >
      <input
        className="text-input"
        data-autofocus
        value={text}
        placeholder={placeholder}
        aria-label={placeholder}
        onChange={(event) => (setText(event.target.value), setAt(0))}
        onKeyDown={onKeyDown}
      />
      <div className="found">
        {found.map((one, i) => (
          <button
            type="button"
            key={`${one.kind} ${one.name} ${one.path}`}
            className={i === at ? 'on' : undefined}
            onClick={() => open(one)}
          >
            <Name name={one.name} className={one.kind === 'metric' ? 'mono' : 'name'} />
            <span className="sp" />
            <span className="t3 nw">{one.detail ?? words.find[one.kind]}</span>
          </button>
        ))}
      </div>
      {found.length === 0 && <p className="t2">{words.find.nothing(text)}</p>}
    </Modal>
  )
}

function useFindables(): Findable[] {
  const { words } = useWords()
  const [search] = useSearchParams()
  const pages = usePages()
  const containers = useContainers().data?.containers ?? []
  const objects = useObjects(search)
  const metrics = useQuery({
    queryKey: ['metric names'],
    queryFn: ({ signal }) => getPrometheus<string[]>('label/__name__/values', signal),
    staleTime: 30_000,
  })
  return [
    ...pages.map(({ name, path }) => ({ kind: 'page' as const, name: words.pages[name], path: linkTo(path, search) })),
    ...objects,
    ...containers.map(({ name }) => ({
      kind: 'container' as const,
      name,
      path: linkTo(containerPath(name), search),
    })),
    ...(metrics.data ?? []).map((name) => ({
      kind: 'metric' as const,
      name,
      path: linkTo('/explore', search, { expr: name }),
    })),
  ]
}

/** The objects of the cluster that have a page. */
function useObjects(search: URLSearchParams): Findable[] {
  const { words } = useWords()
  const has = useHasCluster()
  const tables = RESOURCE_KINDS.map((kind) => ({
    kind: 'page' as const,
    name: words.resources.kinds[kind],
    path: linkTo(`/${kind}`, search),
  }))
  const nodes = useClusterList(has ? 'nodes' : null).data ?? []
  const namespaces = useClusterList(has ? 'namespaces' : null).data ?? []
  const workloads = useClusterList(has ? 'workloads' : null).data ?? []
  const pods = useClusterList(has ? 'pods' : null).data ?? []
  if (!has) return []
  const to = (kind: Findable['kind'], ref: ObjectRef, detail?: string): Findable => ({
    kind,
    name: ref.name,
    detail,
    path: linkTo(objectPath(ref) ?? '/', search),
  })
  return [
    ...tables,
    ...nodes.map((view) => to('node', { ...view, kind: 'node' })),
    ...namespaces.map((view) => to('namespace', { ...view, kind: 'namespace' })),
    ...workloads.map((view) => to('workload', view, `${view.kind}, ${view.namespace}`)),
    ...pods.map((view) => to('pod', { ...view, kind: 'pod' }, `${words.find.pod}, ${view.namespace}`)),
  ]
}
