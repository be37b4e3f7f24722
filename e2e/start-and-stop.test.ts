import assert from 'node:assert/strict'
import { test } from 'node:test'
import { editions, Program, runToEnd, temporaryFolder, until } from './support/program.ts'

for (const edition of editions) {
  test(`a taken port is named with its owner and the flag to change it (${edition})`, async () => {
    await using program = await Program.start({ edition })
    const { port } = new URL(program.url)
    const { code, log } = await runToEnd(
      ['up', `--web.listen-address=127.0.0.1:${port}`, `--storage.tsdb.path=${temporaryFolder()}`],
      { edition },
    )
    assert.equal(code, 1)
    assert.match(log, new RegExp(`port ${port} is taken by .*pid ${program.child.pid}`))
    assert.match(log, /--web\.listen-address=/)
  })

  test(`a second program on the same data folder is refused (${edition})`, async () => {
    await using program = await Program.start({ edition })
    const { code, log } = await runToEnd(
      ['up', '--web.listen-address=127.0.0.1:0', `--storage.tsdb.path=${program.folder}`],
      { edition },
    )
    assert.equal(code, 1)
    assert.match(log, /another|already|in use|locked/)
  })

  test(`SIGTERM and Ctrl-C stop it within five seconds with data flushed (${edition})`, async () => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      const folder = temporaryFolder()
      await using program = await Program.start({ edition, folder, args: ['--scrape.interval=1s'] })
      await until(15, 'a scrape', async () => (await program.query('up{job="node"}')).length > 0)
      const [{ value }] = await program.query('timestamp(up{job="node"})')
      const { seconds, code } = await program.end(signal)
      assert.equal(code, 0, program.log)
      assert.ok(seconds < 5, `${signal} took ${seconds} s`)
      await using again = await Program.start({ edition, folder })
      assert.equal((await again.query(`timestamp(up{job="node"} @ ${value[1]})`))[0]?.value[1], value[1])
    }
  })

  test(`help has examples for every command, and completion knows the flags (${edition})`, async () => {
    for (const command of ['up', 'server', 'agent', 'version']) {
      const { code, output } = await runToEnd([command, '--help'], { edition })
      assert.equal(code, 0)
      assert.match(output, /Examples:/, command)
    }
    const { output } = await runToEnd(['completion', 'bash'], { edition })
    assert.match(output, /--web\.listen-address/)
    assert.match((await runToEnd(['version'], { edition })).output, /^binnacle \d+\.\d+\.\d+ /)
    const { code, log } = await runToEnd(['up', '--no-such-flag'], { edition })
    assert.equal(code, 1)
    assert.match(log, /--no-such-flag/)
  })
}
