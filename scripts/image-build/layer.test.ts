import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import fc from 'fast-check'
import { addFile, addParents, makeLayer, readTar, tarOf, type Entry, type Tree } from './layer.ts'
import { run } from './run.ts'

const name = fc.stringMatching(/^[A-Za-z0-9@ü_-][A-Za-z0-9@ü._-]{0,120}$/)
const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'))
const common = { mode: fc.integer({ min: 1, max: 0o7777 }), owner: fc.nat(65_535), mtimeS: fc.nat(2_000_000_000) }
const entry: fc.Arbitrary<Entry> = fc.oneof(
  fc.record({ type: fc.constant('file' as const), ...common, body: fc.uint8Array().map((it) => Buffer.from(it)) }),
  fc.record({ type: fc.constant('directory' as const), ...common }),
  fc.record({ type: fc.constant('symlink' as const), ...common, target: path }),
)
const trees = fc.array(fc.tuple(path, entry), { maxLength: 12 }).map((entries) => new Map(entries))

/** Without the fields that only one kind of entry has. */
function plain(tree: Tree): unknown {
  const entries = [...tree].map(([path, { body, target, ...rest }]) => [
    path,
    {
      ...rest,
      ...(rest.type === 'file' && { body: body?.toString('hex') }),
      ...(rest.type === 'symlink' && { target }),
    },
  ])
  return Object.fromEntries(entries)
}

test('layer: what is written as a tar is read as it was', async () => {
  await fc.assert(
    fc.asyncProperty(trees, async (tree) => assert.deepEqual(plain(await readTar(await tarOf(tree))), plain(tree))),
    { numRuns: 100 },
  )
})

test('layer: the order in which entries were added does not show', async () => {
  await fc.assert(
    fc.asyncProperty(trees, async (tree) => {
      const turned = new Map([...tree].toReversed())
      assert.deepEqual(await tarOf(turned), await tarOf(tree))
    }),
    { numRuns: 50 },
  )
})

test('layer: GNU tar lists it with its owners, modes and times', async () => {
  const tree: Tree = new Map([['data', { type: 'directory', mode: 0o700, owner: 65532, mtimeS: 86_400 }]])
  addFile(tree, 'usr/bin/node', 'x', 0, 0o755)
  addParents(tree, 0)
  const listed = await run('tar', ['-tv', '--numeric-owner', '--utc'], { input: await tarOf(tree) })
  assert.equal(
    listed.toString().replaceAll(/ +/g, ' '),
    `drwx------ 65532/65532 0 1970-01-02 00:00 data/
drwxr-xr-x 0/0 0 1970-01-01 00:00 usr/
drwxr-xr-x 0/0 0 1970-01-01 00:00 usr/bin/
-rwxr-xr-x 0/0 1 1970-01-01 00:00 usr/bin/node
`,
  )
})

test('layer: a tar with a device in it is refused by name', async () => {
  const bytes = await tarOf(new Map([['dev/null', { type: 'file', mode: 0o666, owner: 0, mtimeS: 0 }]]))
  bytes[156] = 0x33 // the kind of the entry: a character device
  bytes.fill(0x20, 148, 156)
  const sum = bytes.subarray(0, 512).reduce((sum, byte) => sum + byte, 0)
  bytes.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  await assert.rejects(readTar(bytes), /dev\/null is a character-device, which a layer does not hold/)
})

test('layer: a compressed layer in the cache that is damaged is made anew', async (t) => {
  const cache = mkdtempSync(join(tmpdir(), 'binnacle-layer-'))
  t.after(() => rmSync(cache, { recursive: true }))
  const tree: Tree = new Map()
  addFile(tree, 'a', 'b'.repeat(1000), 0)
  const made = await makeLayer('one', tree, cache)
  const [file] = readdirSync(join(cache, 'layers'))
  assert.equal(gunzipSync(made.blob).length, (await tarOf(tree)).length)
  for (const damaged of [Buffer.from('no gzip'), made.blob.subarray(0, 40)]) {
    writeFileSync(join(cache, 'layers', file), damaged)
    assert.equal((await makeLayer('one', tree, cache)).digest, made.digest)
    assert.deepEqual(readFileSync(join(cache, 'layers', file)), made.blob)
  }
})
