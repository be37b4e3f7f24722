import { lazy, Suspense, useEffect, useRef, useState } from 'react'
import { useNavigate, useSearchParams } from 'react-router'
import { isWriting, keyOf } from '../lib/keys.ts'
import { shiftRange } from '../lib/time-range.ts'
import { linkTo } from '../lib/url-state.ts'
import { useHasCluster } from './cluster.ts'
import { recall } from './storage.ts'
import { usePageTime } from './time.ts'

const KeysDialog = lazy(async () => ({ default: (await import('./keys-dialog.tsx')).KeysDialog }))

/** Something that a key asks a part of the page to do. */
export type Wish = 'find' | 'filter' | 'time' | 'keys' | 'down' | 'up' | 'open'

/** Where it is kept that single keys are off. */
export const SINGLE_KEYS = 'binnacle-single-keys'

const GO: Record<string, string> = { h: '/', r: '/pods', c: '/containers', e: '/explore', s: '/status' }
const WISHES: Record<string, Wish> = { '/': 'filter', t: 'time', '?': 'keys', j: 'down', k: 'up', Enter: 'open' }
const wishes = new EventTarget()

/** Asks whichever part of the page answers to this. */
export function askFor(wish: Wish): void {
  wishes.dispatchEvent(new Event(wish))
}

/** Answers a wish while the part is on the page. */
export function useWish(wish: Wish, answer: () => void): void {
  const latest = useRef(answer)
  latest.current = answer
  useEffect(() => {
    const run = () => latest.current()
    wishes.addEventListener(wish, run)
    return () => wishes.removeEventListener(wish, run)
  }, [wish])
}

/** Listens to the keyboard for the whole page. */
export function Keys() {
  const [listed, setListed] = useState(false)
  const press = usePress()
  useWish('keys', () => setListed(true))
  useEffect(() => {
    document.addEventListener('keydown', press)
    return () => document.removeEventListener('keydown', press)
  }, [press])
  if (!listed) return null
  return (
    <Suspense>
      <KeysDialog close={() => setListed(false)} />
    </Suspense>
  )
}

function usePress(): (event: KeyboardEvent) => void {
  const navigate = useNavigate()
  const [search] = useSearchParams()
  const { range, setRange } = usePageTime()
  const hasCluster = useHasCluster()
  const going = useRef(0)
  const handle = (event: KeyboardEvent) => {
    const key = keyOf(event)
    if (key === null || event.defaultPrevented || event.altKey) return
    if (key === 'k' && (event.ctrlKey || event.metaKey)) return take(event, () => askFor('find'))
    const target = event.target as HTMLElement
    if (event.ctrlKey || event.metaKey || isWriting(target.tagName, target.isContentEditable)) return
    if (recall(SINGLE_KEYS) === 'off') return
    if (target.closest('[role="dialog"], [role="menu"]') || (key === 'Enter' && target.closest('a, button'))) return
    const path = key === 'r' && !hasCluster ? '/containers' : GO[key]
    if (Date.now() < going.current && path) return take(event, () => void navigate(linkTo(path, search)))
    going.current = key === 'g' ? Date.now() + 1500 : 0
    const wish = WISHES[key]
    if (wish) take(event, () => askFor(wish))
    else if (key === 'e') take(event, () => void navigate(linkTo('/explore', search)))
    else if (key === '[' || key === ']')
      take(event, () => setRange(shiftRange(range, key === '[' ? -1 : 1, Date.now())))
  }
  const latest = useRef(handle)
  latest.current = handle
  return useRef((event: KeyboardEvent) => latest.current(event)).current
}

function take(event: KeyboardEvent, run: () => void): void {
  if (event.key !== 'Enter') event.preventDefault()
  run()
}
