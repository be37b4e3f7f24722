import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
  startCompletion,
} from '@codemirror/autocomplete'
import { defaultKeymap, history, historyKeymap, insertNewlineAndIndent } from '@codemirror/commands'
import { bracketMatching, HighlightStyle, syntaxHighlighting } from '@codemirror/language'
import { lintKeymap } from '@codemirror/lint'
import { EditorState, Prec, type Extension } from '@codemirror/state'
import { EditorView, keymap } from '@codemirror/view'
import { tags } from '@lezer/highlight'
import { PromQLExtension } from '@prometheus-io/codemirror-promql'
import { useEffect, useRef } from 'react'
import { pageNonce } from '../app/nonce.ts'
import './query-editor.css'

interface Props {
  value: string
  label: string
  onChange: (value: string) => void
  onRun: () => void
}

/** A PromQL expression: coloured, completed from what the server has, and checked while it is written. */
export function QueryEditor({ value, label, onChange, onRun }: Props) {
  const holder = useRef<HTMLDivElement>(null)
  const view = useRef<EditorView | null>(null)
  const acts = useRef({ onChange, onRun })
  acts.current = { onChange, onRun }
  const first = useRef(value)
  useEffect(() => {
    if (!holder.current) return
    const language = new PromQLExtension().setComplete({ remote: { url: '', httpMethod: 'GET' } })
    const editor = new EditorView({
      parent: holder.current,
      state: EditorState.create({ doc: first.current, extensions: extensions(language, label, acts) }),
    })
    view.current = editor
    return () => {
      view.current = null
      editor.destroy()
      language.destroy()
    }
  }, [label])
  useEffect(() => {
    const editor = view.current
    first.current = value
    if (!editor || editor.state.doc.toString() === value) return
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: value } })
  }, [value])
  return <div ref={holder} className="query-editor" data-editor />
}

type Acts = { current: Pick<Props, 'onChange' | 'onRun'> }

function extensions(language: PromQLExtension, label: string, acts: Acts): Extension[] {
  const run = () => {
    acts.current.onRun()
    return true
  }
  const keys = [
    { key: 'Mod-Enter', run },
    { key: 'Shift-Enter', run: insertNewlineAndIndent },
    { key: 'Mod-Space', run: startCompletion },
  ]
  return [
    EditorView.cspNonce.of(pageNonce()),
    history(),
    bracketMatching(),
    closeBrackets(),
    autocompletion({ icons: false }),
    syntaxHighlighting(highlight),
    language.asExtension(),
    EditorView.lineWrapping,
    typing,
    EditorView.contentAttributes.of({ 'aria-label': label, 'aria-multiline': 'true' }),
    EditorView.updateListener.of((update) => {
      if (update.docChanged) acts.current.onChange(update.state.doc.toString())
    }),
    Prec.high(keymap.of(keys)),
    keymap.of([...closeBracketsKeymap, ...completionKeymap, ...historyKeymap, ...lintKeymap]),
    // after completion, whose Enter takes the chosen entry
    keymap.of([{ key: 'Enter', run }]),
    keymap.of(defaultKeymap),
  ]
}

/**
 * Typed text goes straight into the document. Left to the browser it would first be written into the page, where Chromium
 * adds a style attribute to keep the colour of what stands before it, which the content security policy refuses.
 */
const typing = EditorView.domEventHandlers({
  beforeinput(event, view) {
    if (event.inputType !== 'insertText' || event.isComposing || view.composing || event.data === null) return false
    const { from, to } = view.state.selection.main
    const text = event.data
    const insert = () =>
      view.state.update({
        changes: { from, to, insert: text },
        selection: { anchor: from + text.length },
        userEvent: 'input.type',
        scrollIntoView: true,
      })
    const taken = view.state.facet(EditorView.inputHandler).some((handle) => handle(view, from, to, text, insert))
    if (!taken) view.dispatch(insert())
    event.preventDefault()
    return true
  },
})

const highlight = HighlightStyle.define([
  { tag: tags.keyword, class: 'promql-keyword' },
  { tag: tags.modifier, class: 'promql-keyword' },
  { tag: tags.operatorKeyword, class: 'promql-keyword' },
  { tag: tags.function(tags.variableName), class: 'promql-function' },
  { tag: tags.string, class: 'promql-string' },
  { tag: tags.comment, class: 'promql-comment' },
  { tag: tags.invalid, class: 'promql-invalid' },
])
