import assert from 'node:assert/strict'
import { test } from 'node:test'
import { editions, Program, sleep, temporaryFolder, until } from './support/program.ts'

for (const edition of editions) {
  test(`a server killed by SIGKILL has all that it has shown when it starts again (${edition})`, async () => {
    const folder = temporaryFolder()
    const before = await Program.start({ edition, folder, args: ['--scrape.interval=1s'] })
    await until(20, 'five scrapes', async () => (await count(before, '1m')) >= 5)
    const seen = await before.query('count_over_time(up{job="node"}[1m])')
    const [shownMs] = seen[0].value
    await before.end('SIGKILL')
    await sleep(200)
    await using after = await Program.start({ edition, folder, args: ['--scrape.interval=1s'] })
    const again = await after.query(`count_over_time(up{job="node"}[1m] @ ${shownMs})`)
    assert.equal(again[0].value[1], seen[0].value[1])
    await until(10, 'scraping goes on', async () => (await count(after, '5s')) >= 2)
  })
}

async function count(program: Program, range: string): Promise<number> {
  return Number((await program.query(`count_over_time(up{job="node"}[${range}])`))[0]?.value[1] ?? 0)
}
