import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { type CertificatePair, makeAuthority, signServing } from './make.ts'
import { followServingFiles, readServingFiles, ServingFileError } from './serving-files.ts'

const validity = { notBeforeMs: Date.now() - 60_000, notAfterMs: Date.now() + 86_400_000 }
const folder = mkdtempSync(join(tmpdir(), 'serving-files-'))
const files = { certFile: join(folder, 'tls.crt'), keyFile: join(folder, 'tls.key') }

let authority: CertificatePair
let one: CertificatePair
let two: CertificatePair

before(async () => {
  authority = await makeAuthority({ commonName: 'an authority', ...validity })
  const names = { commonName: 'a', dnsNames: ['a'], ipAddresses: [] }
  one = await signServing(authority, { ...names, ...validity })
  two = await signServing(authority, { ...names, ...validity })
})

after(() => rmSync(folder, { recursive: true }))

function write({ cert, key }: CertificatePair): void {
  writeFileSync(files.certFile, cert)
  writeFileSync(files.keyFile, key)
}

test('certificates: a pair of files is taken with its chain', async () => {
  const pair = { cert: one.cert + authority.cert, key: one.key }
  write(pair)
  assert.deepEqual(await readServingFiles(files), pair)
})

test('certificates: what is wrong with files is told with file, fault and remedy', async () => {
  const passphrase = { cipher: 'aes-256-cbc', passphrase: 'x', type: 'pkcs8', format: 'pem' } as const
  const encrypted = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export(passphrase)
  const broken = one.cert.replace(/\n.{20}/, '\nAAAAAAAAAAAAAAAAAAAA')
  const cases: [CertificatePair, RegExp][] = [
    [{ cert: one.cert, key: two.key }, /tls\.key: the key does not belong to the certificate in .*tls\.crt: give/],
    [{ cert: authority.cert + one.cert, key: one.key }, /tls\.crt: the server's own certificate must be the first/],
    [{ cert: '', key: one.key }, /tls\.crt: no certificate in it: give it as PEM/],
    [{ cert: broken, key: one.key }, /tls\.crt: certificate 1 cannot be read: .*: write the file again/],
    [{ cert: one.cert, key: one.cert }, /tls\.key: no private key in it: give it as PEM/],
    [{ cert: one.cert, key: encrypted }, /tls\.key: the private key is encrypted: give it without/],
  ]
  for (const [pair, message] of cases) {
    write(pair)
    await assert.rejects(readServingFiles(files), (error) => {
      assert.ok(error instanceof ServingFileError)
      assert.match(error.message, message)
      assert.doesNotMatch(error.message, /BEGIN PRIVATE KEY-----\n/)
      return true
    })
  }
  await assert.rejects(readServingFiles({ ...files, keyFile: join(folder, 'none') }), /none: .*there is no such file/)
})

test('certificates: files are read again when they change; half a change is not told, a lasting fault once', async () => {
  write(one)
  const told: string[] = []
  const end = new AbortController()
  const listener = {
    changed: ({ cert }: CertificatePair) => void told.push(cert === two.cert ? 'two' : 'one'),
    problem: ({ message }: Error) => void told.push(message.replace(/^.*: the key/, 'the key')),
  }
  const followed = followServingFiles(files, one, listener, end.signal, 20)
  await setTimeout(60)
  writeFileSync(files.certFile, two.cert)
  writeFileSync(files.keyFile, two.key)
  await until(() => told.length === 1)
  writeFileSync(files.certFile, one.cert)
  await until(() => told.length === 2)
  await setTimeout(100)
  write(one)
  await until(() => told.length === 3)
  end.abort()
  await followed
  assert.deepEqual([told[0], told[2]], ['two', 'one'])
  assert.match(told[1], /^the key does not belong/)
})

async function until(is: () => boolean): Promise<void> {
  for (let tries = 0; !is(); tries++) {
    assert.ok(tries < 200, 'it did not come')
    await setTimeout(10)
  }
}
