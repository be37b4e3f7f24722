import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import type { Command } from 'commander'
import { parseSize } from '../server/size.ts'
import { buildCommand } from './command.ts'
import { completionScript, shells } from './completion.ts'

const program = buildCommand()

/** The whole help, with what stands after the options. */
function helpOf(command: Command): string {
  let text = ''
  command.configureOutput({ writeOut: (part) => (text += part) })
  command.outputHelp()
  return text
}

test('cli: the help of every command says what it does and has examples', () => {
  for (const command of [program, ...program.commands]) {
    const text = helpOf(command)
    assert.match(text, /^Usage: binnacle/, command.name())
    assert.match(text, /\nExamples:\n {2}\S/, command.name())
    assert.notEqual(command.description(), '', command.name())
    for (const option of command.options) {
      if (!option.hidden) assert.notEqual(option.description, '', `${command.name()} ${option.flags}`)
    }
  }
})

test('cli: up is what happens without a command, and listens on this machine only', () => {
  const up = program.commands.find((command) => command.name() === 'up')
  assert.equal(up?.getOptionValue('web.listenAddress'), '127.0.0.1:9090')
})

test('cli: the completion names every command and flag', () => {
  for (const shell of shells) {
    const script = completionScript(program, shell)
    for (const command of program.commands) assert.ok(script.includes(command.name()), `${shell} ${command.name()}`)
    assert.ok(script.includes('storage.tsdb.path'), shell)
  }
})

function bash(input: string, ...args: string[]) {
  return spawnSync('bash', args, { input, encoding: 'utf8' })
}

test('cli: bash reads its completion and completes with it', () => {
  const script = completionScript(program, 'bash')
  const checked = bash(script, '-n')
  assert.equal(checked.status, 0, checked.stderr)
  const complete = (...words: string[]) =>
    bash(
      `${script}\nCOMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}; _binnacle; echo "\${COMPREPLY[*]}"`,
    ).stdout.trim()
  assert.equal(complete('binnacle', 'ver'), 'version')
  assert.match(complete('binnacle', 'server', '--storage.tsdb.p'), /^--storage\.tsdb\.path$/)
})

test('cli: an old Node is told what to do instead', () => {
  const file = new URL('node-version.ts', import.meta.url).href
  const script = `import { refuseOldNode } from ${JSON.stringify(file)}; refuseOldNode('20.19.2')`
  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' })
  assert.equal(status, 1)
  assert.match(stderr, /^Binnacle needs Node 26; this is 20\.19\.2\.\n.*npm start/)
})

test('cli: sizes are powers of 2 with a unit', () => {
  const sizes: Record<string, number> = {
    '': 0,
    '0': 0,
    '1B': 1,
    '512MB': 2 ** 29,
    '10GB': 10 * 2 ** 30,
    '1.5KiB': 1536,
    '1EB': 2 ** 60,
  }
  for (const [text, bytes] of Object.entries(sizes)) assert.equal(parseSize(text), bytes, text)
  for (const text of ['10', '10gb', 'GB', '-1GB', '1 GB']) assert.throws(() => parseSize(text), /is not a size/, text)
})
