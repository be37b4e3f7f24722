import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseReference } from './reference.ts'
import { ImageError } from './run.ts'

const good: readonly (readonly [string, string, string, string])[] = [
  ['binnacle', 'https://registry-1.docker.io', 'library/binnacle', 'latest'],
  ['someone/binnacle:0.1.0', 'https://registry-1.docker.io', 'someone/binnacle', '0.1.0'],
  ['docker.io/binnacle:1', 'https://registry-1.docker.io', 'library/binnacle', '1'],
  ['registry.example.com/a/b/c:v1', 'https://registry.example.com', 'a/b/c', 'v1'],
  ['registry.example.com:5000/a', 'https://registry.example.com:5000', 'a', 'latest'],
  ['localhost/a:1', 'http://localhost', 'a', '1'],
  ['127.0.0.1:5000/a:1', 'http://127.0.0.1:5000', 'a', '1'],
  ['[::1]:5000/a:1', 'http://[::1]:5000', 'a', '1'],
  ['127.example.com/a:1', 'https://127.example.com', 'a', '1'],
]

test('reference: registry, repository and tag are read as Docker reads them; only loopback is spoken to in the clear', () => {
  for (const [text, origin, repository, tag] of good) {
    const { registry: _, ...read } = parseReference(text)
    assert.deepEqual(read, { origin, repository, tag }, text)
  }
})

const bad: readonly (readonly [string, RegExp])[] = [
  ['', /the repository {2}is not one/],
  ['registry.example.com/', /the repository {2}is not one/],
  ['Binnacle', /the repository Binnacle is not one/],
  ['a/../b', /the repository/],
  ['a:', /the tag {2}is not one/],
  ['a:b c', /the tag b c is not one/],
  ['a@sha256:00', /a digest cannot be chosen/],
  ['https://registry.example.com/a', /https: is not a host/],
  ['user:secret@host/a', /a digest cannot be chosen/],
]

test('reference: what is none is refused with the reason', () => {
  for (const [text, reason] of bad) assert.throws(() => parseReference(text), reason, text)
})

test('reference: whatever is given, it is read or refused', () => {
  const piece = fc.oneof(
    fc.string({ maxLength: 8 }),
    fc.constantFrom('/', ':', '.', 'localhost', 'a', '[::1]', '..', '\n'),
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
      try {
        const { origin, repository, tag } = parseReference(pieces.join(''))
        const { pathname } = new URL(`${origin}/v2/${repository}/manifests/${tag}`)
        assert.equal(pathname, `/v2/${repository}/manifests/${tag}`)
      } catch (error) {
        assert.ok(error instanceof ImageError, String(error))
      }
    }),
    { numRuns: 2000 },
  )
})
