import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { formatFloatG } from '#lib/model'
import { TextLines } from './line-writer.ts'

test('kube-state lines: labels of the resource come first, values are escaped, numbers are written as Go writes them', () => {
  const lines = new TextLines()
  lines.startObject(['namespace', 'pod'], ['a"b\\c\nd', 'ü'])
  lines.startFamily('f')
  lines.value(1)
  lines.labelled(['x', 'y'], ['', '€'], 1.5e9)
  lines.labelled([], [], -0)
  assert.equal(
    lines.text,
    String.raw`f{namespace="a\"b\\c\nd",pod="ü"} 1
f{namespace="a\"b\\c\nd",pod="ü",x="",y="€"} 1.5e+09
f{namespace="a\"b\\c\nd",pod="ü"} 0
`,
  )
})

test('kube-state lines: without any label there are no braces', () => {
  const lines = new TextLines()
  lines.startObject([], [])
  lines.startFamily('f')
  lines.value(0.25)
  lines.labelled(['a'], ['b'], NaN)
  assert.equal(lines.text, 'f 0.25\nf{a="b"} NaN\n')
})

const numbers: readonly [number, string][] = [
  [0, '0'],
  [-1, '-1'],
  [999_999, '999999'],
  [1_000_000, '1e+06'],
  [1_500_000_001, '1.500000001e+09'],
  [1_500_000_000, '1.5e+09'],
  [-2_000_000, '-2e+06'],
  [-62_135_596_800, '-6.21355968e+10'],
  [9_007_199_254_740_991, '9.007199254740991e+15'],
  [1e21, '1e+21'],
  [0.0001, '0.0001'],
  [0.00001, '1e-05'],
  [Infinity, '+Inf'],
  [-Infinity, '-Inf'],
]

for (const [value, text] of numbers)
  test(`kube-state lines: ${value} is written ${text}`, () => {
    const lines = new TextLines()
    lines.startObject([], [])
    lines.startFamily('f')
    lines.value(value)
    assert.equal(lines.text, `f ${text}\n`)
  })

test('kube-state lines: labels and annotations only where they are allowed, and never the last applied object', () => {
  const last = 'kubectl.kubernetes.io/last-applied-configuration'
  const none = new TextLines()
  none.startObject(['pod'], ['p'])
  none.startFamily('f')
  none.allowedLabels({ a: '1' })
  assert.equal(none.text, '')
  const all = new TextLines({ labels: ['a', 'none'], annotations: ['*'] })
  all.startObject(['pod'], ['p'])
  all.startFamily('f')
  all.allowedLabels({ a: '1', b: '2' })
  all.allowedLabels(undefined)
  all.allowedAnnotations({ [last]: '{"data":"secret"}', 'x/y': 'z' })
  assert.equal(all.text, 'f{pod="p",label_a="1"} 1\nf{pod="p"} 1\nf{pod="p",annotation_x_y="z"} 1\n')
  const named = new TextLines({ labels: [], annotations: [last] })
  named.startObject(['pod'], ['p'])
  named.startFamily('f')
  named.allowedAnnotations({ [last]: '{"data":"secret"}' })
  assert.equal(named.text, 'f{pod="p"} 1\n')
})

test('kube-state lines: every whole number is written as the general formatter writes it', () => {
  fc.assert(
    fc.property(fc.oneof(fc.maxSafeInteger(), fc.integer({ min: 999_990, max: 1_000_010 })), (value) => {
      const lines = new TextLines()
      lines.startObject([], [])
      lines.startFamily('f')
      lines.value(value)
      const wanted = value === 0 ? '0' : formatFloatG(value)
      assert.equal(lines.text, `f ${wanted}\n`)
    }),
  )
})
