/**
 * The text of one object's lines, family by family. It runs for every object that is listed or changes (half a million
 * lines in a cluster of ten thousand pods), so what is constant is made once: the names of a family's labels, and the
 * resource's own labels once an object.
 */
import { formatFloatG } from '#lib/model'
import { allowedLabels, type LabelColumns } from './label-rules.ts'
import type { LineWriter } from './family.ts'

/** The keys of labels and annotations that are written, as the two flags name them for one resource. */
export interface AllowLists {
  readonly labels: readonly string[]
  readonly annotations: readonly string[]
}

/** It holds the whole object as it was applied, values of secrets among it. */
const NEVER_RENDERED = 'kubectl.kubernetes.io/last-applied-configuration'

export class TextLines implements LineWriter {
  /** Lines of the current family so far. */
  text = ''
  readonly #allow: AllowLists
  /** `namespace="x",pod="y"`, or nothing. */
  #base = ''
  /** `name{namespace="x",pod="y"`, or the bare name. */
  #start = ''
  readonly #pieces = new WeakMap<readonly string[], readonly string[]>()

  constructor(allow: AllowLists = { labels: [], annotations: [] }) {
    this.#allow = allow
  }

  /** The lines from here on are of this object. */
  startObject(names: readonly string[], values: readonly string[]): void {
    const pieces = this.#piecesOf(names)
    let base = ''
    for (let i = 0; i < names.length; i++) base += `${i === 0 ? '' : ','}${pieces[i]}${escapeValue(values[i])}"`
    this.#base = base
  }

  /** The lines from here on are of this family. */
  startFamily(name: string): void {
    this.text = ''
    this.#start = this.#base === '' ? name : `${name}{${this.#base}`
  }

  value(value: number): void {
    this.text += `${this.#start}${this.#base === '' ? ' ' : '} '}${formatValue(value)}\n`
  }

  labelled(names: readonly string[], values: readonly string[], value: number): void {
    if (names.length === 0) return this.value(value)
    this.#line(this.#piecesOf(names), values, value)
  }

  allowedLabels(labels: Readonly<Record<string, string>> | undefined): void {
    if (this.#allow.labels.length > 0) this.#columns(allowedLabels('label', labels, this.#allow.labels))
  }

  allowedAnnotations(annotations: Readonly<Record<string, string>> | undefined): void {
    if (this.#allow.annotations.length === 0) return
    const { [NEVER_RENDERED]: _, ...rest } = annotations ?? {}
    this.#columns(allowedLabels('annotation', rest, this.#allow.annotations))
  }

  #columns({ names, values }: LabelColumns): void {
    if (names.length === 0) this.value(1)
    else
      this.#line(
        names.map((name) => `${name}="`),
        values,
        1,
      )
  }

  #line(pieces: readonly string[], values: readonly string[], value: number): void {
    let line = this.#start
    let separator = this.#base === '' ? '{' : ','
    for (let i = 0; i < pieces.length; i++) {
      line += `${separator}${pieces[i]}${escapeValue(values[i])}"`
      separator = ','
    }
    this.text += `${line}} ${formatValue(value)}\n`
  }

  /** `name="` of each, made once for each constant array of a family. */
  #piecesOf(names: readonly string[]): readonly string[] {
    let pieces = this.#pieces.get(names)
    if (!pieces) this.#pieces.set(names, (pieces = names.map((name) => `${name}="`)))
    return pieces
  }
}

function escapeValue(value: string): string {
  for (let i = 0; i < value.length; i++) {
    const code = value.charCodeAt(i)
    if (code === QUOTE || code === BACKSLASH || code === NEWLINE) return escapeAll(value)
  }
  return value
}

const QUOTE = 34
const BACKSLASH = 92
const NEWLINE = 10

function escapeAll(value: string): string {
  return value.replaceAll(/[\\"\n]/g, (char) => (char === '\n' ? String.raw`\n` : `\\${char}`))
}

/** As Go's strconv 'g' with the fewest digits; without the sign of zero. */
function formatValue(value: number): string {
  if (value === 0) return '0'
  if (!Number.isSafeInteger(value)) return formatFloatG(value)
  return value > -1e6 && value < 1e6 ? String(value) : formatLarge(value)
}

/** Whole numbers from a million: times, bytes. */
function formatLarge(value: number): string {
  const sign = value < 0 ? '-' : ''
  const digits = String(Math.abs(value))
  let end = digits.length
  while (digits.charCodeAt(end - 1) === ZERO) end--
  const exponent = digits.length - 1
  const fraction = end > 1 ? `.${digits.slice(1, end)}` : ''
  return `${sign}${digits[0]}${fraction}e+${exponent < 10 ? '0' : ''}${exponent}`
}

const ZERO = 48
