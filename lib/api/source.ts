import type { Scope } from '#lib/storage'
import type { Params } from './params.ts'

/** What pages are given under one name, over HTTP and live: a value, or a list of which changes can be told. */
export type Source = PlainSource | VersionedSource

/** Gives a value that JSON can hold. Live, it is sent whole at each tick. */
export type PlainSource = (scope: Scope, params: Params) => Promise<unknown>

/** A list too long to be sent at each tick: live, it is sent whole once, then only what has changed. */
export interface VersionedSource {
  whole(scope: Scope, params: Params): Promise<Versioned>
  /** What has changed after `version`, or all where that is no longer known; undefined when nothing has. */
  since(scope: Scope, params: Params, version: number): Promise<Versioned | undefined>
}

export interface Versioned {
  readonly version: number
}

/** A source's whole value, whichever kind it is. */
export function wholeOf(source: Source, scope: Scope, params: Params): Promise<unknown> {
  return typeof source === 'function' ? source(scope, params) : source.whole(scope, params)
}
