import assert from 'node:assert/strict'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, beforeEach, test } from 'node:test'
import { credentialsFor } from './credentials.ts'

const folder = mkdtempSync(join(tmpdir(), 'binnacle-docker-config-'))
const before = { path: process.env['PATH'], config: process.env['DOCKER_CONFIG'] }

beforeEach(() => {
  process.env['DOCKER_CONFIG'] = folder
  process.env['PATH'] = `${folder}:${before.path}`
})

after(() => {
  process.env['PATH'] = before.path
  if (before.config === undefined) delete process.env['DOCKER_CONFIG']
  else process.env['DOCKER_CONFIG'] = before.config
  rmSync(folder, { recursive: true })
})

function configure(config: unknown): void {
  writeFileSync(join(folder, 'config.json'), typeof config === 'string' ? config : JSON.stringify(config))
}

function helper(name: string, script: string): void {
  writeFileSync(join(folder, `docker-credential-${name}`), `#!/bin/sh\n${script}\n`)
  chmodSync(join(folder, `docker-credential-${name}`), 0o755)
}

const base64 = (text: string) => Buffer.from(text).toString('base64')

test('credentials: those that docker login stored are found by the name of the registry', async () => {
  const hub = 'https://index.docker.io/v1/'
  configure({ auths: { 'a.example': { auth: base64('me:se:cret') }, [hub]: { auth: base64('hub:word') } } })
  assert.deepEqual(await credentialsFor('a.example'), { user: 'me', password: 'se:cret' })
  assert.deepEqual(await credentialsFor('docker.io'), { user: 'hub', password: 'word' })
  assert.equal(await credentialsFor('b.example'), undefined)
})

test('credentials: a helper is asked for its registry, and the store for all others', async () => {
  helper('one', `read -r host; echo '{"Username":"one","Secret":"'$host'"}'`)
  helper('all', `echo 'credentials not found in native keychain' >&2; exit 1`)
  configure({ credHelpers: { 'a.example': 'one' }, credsStore: 'all' })
  assert.deepEqual(await credentialsFor('a.example'), { user: 'one', password: 'a.example' })
  assert.equal(await credentialsFor('b.example'), undefined)
})

test('credentials: a store that fails for another reason, or a file that is damaged, is told of', async () => {
  helper('all', 'echo locked >&2; exit 1')
  configure({ credsStore: 'all' })
  await assert.rejects(credentialsFor('a.example'), /docker-credential-all get ended with 1: locked/)
  configure('{')
  await assert.rejects(credentialsFor('a.example'), /read .*config\.json: /)
  configure({ auths: { 'a.example': { auth: base64('no colon') } } })
  await assert.rejects(credentialsFor('a.example'), /log in again/)
})
