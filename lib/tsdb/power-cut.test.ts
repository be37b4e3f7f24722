import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { Labels } from '#lib/model'
import { DiskModel, seeded, type Survival } from './testdata/disk-model.ts'
import { PowerCutScenario, RETENTION_MS, scenarioOptions } from './testdata/power-cut-scenario.ts'
import { RecordedFiles } from './testdata/recorded-files.ts'
import { readAll, START, TestFolder, TestStore } from './testdata/test-store.ts'

/** How many scenarios are cut, each at every step; and how often at each step. `POWER_CUT_SCENARIOS=20 POWER_CUT_SURVIVALS=6` runs for long. */
const SCENARIOS = Number(process.env.POWER_CUT_SCENARIOS ?? 1)
const SURVIVALS = Number(process.env.POWER_CUT_SURVIVALS ?? 1)
const SEED = Number(process.env.POWER_CUT_SEED ?? 1)
/** In memory where there is such a place: nothing here is to outlive the test. */
const MEMORY = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()

interface Cut {
  readonly scenario: PowerCutScenario
  readonly steps: number
  readonly nowMs: number
}

for (let seed = SEED; seed < SEED + SCENARIOS; seed++) {
  test(`power cut: at every step of a store's life (seed ${seed}) nothing that was known to be on the disk is lost, and nothing is made up`, async () => {
    using folder = new TestFolder()
    const scenario = new PowerCutScenario(folder.path, seed)
    await scenario.run()
    const { steps } = scenario.files
    assert.deepEqual(
      ['folder', 'file', 'write', 'sync', 'failed-sync', 'sync-folder', 'rename', 'remove'].filter(
        (kind) => !steps.some((step) => step.kind === kind),
      ),
      [],
      'the scenario does all that a store does',
    )
    const disk = new DiskModel()
    const random = seeded(seed)
    let survived = 0
    for (let n = 0; n <= steps.length; n++) {
      const nowMs = scenario.clock.findLast((entry) => entry.steps <= n)?.nowMs ?? START
      for (let i = 0; i < SURVIVALS; i++) {
        const survival = (['some', 'nothing', 'everything'] as const)[i < 3 ? (i + ((n * 7) % 11)) % 3 : 0]
        await checkCut(disk, { scenario, steps: n, nowMs }, survival, random, survived++)
      }
      if (n < steps.length) disk.apply(steps[n])
    }
  })
}

/** What is left is opened, looked at, written to, and opened again; sometimes the power is cut during the repair, too. */
async function checkCut(disk: DiskModel, cut: Cut, survival: Survival, random: () => number, number: number) {
  const root = mkdtempSync(join(MEMORY, 'power-cut-'))
  try {
    disk.survive(root, survival, random)
    const files = new RecordedFiles(root)
    const repaired = await checkStart(root, files, cut)
    if (number % 9 === 0) await cutRepair(files, cut, random)
    if (number % 8 === 0) await checkSecondStart(root, cut, repaired)
  } catch (error) {
    const { steps, scenario } = cut
    const before = scenario.files.steps.slice(Math.max(0, steps - 3), steps).map(({ kind }) => kind)
    throw new Error(`cut after ${steps} steps (${before.join(', ')}; ${survival}): ${(error as Error).message}`, {
      cause: error,
    })
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
}

async function checkStart(root: string, files: RecordedFiles, cut: Cut): Promise<readonly string[]> {
  await using test = new TestStore(
    join(root, 'above/data'),
    scenarioOptions(files, () => cut.nowMs),
  )
  const { repaired } = test.store.report
  const damage = repaired.filter((sentence) => /^block |the file is missing/.test(sentence))
  assert.deepEqual(damage, [], 'no cut damages a block, or leaves a gap in the log')
  await checkSamples(test, cut)
  return repaired
}

/** The power is cut again at some step of the first start. */
async function cutRepair(files: RecordedFiles, cut: Cut, random: () => number): Promise<void> {
  const again = new DiskModel()
  for (const step of files.first) again.apply(step)
  const length = Math.floor(random() * (files.steps.length + 1))
  for (const step of files.steps.slice(0, length)) again.apply(step)
  const root = mkdtempSync(join(MEMORY, 'power-cut-'))
  try {
    again.survive(root, 'some', random)
    await checkStart(root, new RecordedFiles(root), cut)
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
}

/** Nothing new is found; what is written then is there as well. */
async function checkSecondStart(root: string, cut: Cut, repaired: readonly string[]): Promise<void> {
  const files = new RecordedFiles(root)
  const timeMs = cut.nowMs + 1000
  const labels = Labels.from({ __name__: 'after' })
  {
    await using test = new TestStore(
      join(root, 'above/data'),
      scenarioOptions(files, () => timeMs),
    )
    const isKnown = (sentence: string) => repaired.includes(sentence) && !sentence.includes(' were cut')
    assert.deepEqual(
      test.store.report.repaired.filter((sentence) => !isKnown(sentence)),
      [],
      'a second repair',
    )
    const group = test.store.appender.openGroup('after')
    group.begin(timeMs)
    assert.ok(group.add(group.series(labels), 1) && group.commit())
    await test.maintain()
  }
  await using test = new TestStore(
    join(root, 'above/data'),
    scenarioOptions(files, () => timeMs),
  )
  const found = await checkSamples(test, { ...cut, nowMs: timeMs })
  assert.equal(found.get(labels.key)?.length, 1)
}

/** All that was on the disk is there, and all that is there was offered before the cut. */
async function checkSamples(test: TestStore, { scenario, steps, nowMs }: Cut): Promise<Map<string, string[]>> {
  using querier = test.reader.querier()
  const found = await readAll(querier)
  const problems: string[] = []
  for (const [key, list] of scenario.offered) {
    const texts = found.get(key) ?? []
    const offered = new Map(list.filter(({ from }) => from <= steps).map((sample) => [sample.text, sample]))
    for (const text of texts) if (!offered.has(text)) problems.push(`${key} has ${text}, which was not offered`)
    if (new Set(texts).size < texts.length) problems.push(`${key} has a sample twice: ${texts.join(' ')}`)
    const known = new Set(texts)
    for (const { text, timeMs, durableAt } of list) {
      if (durableAt <= steps && timeMs >= nowMs - RETENTION_MS && !known.has(text)) problems.push(`${key} lost ${text}`)
    }
  }
  const strange = [...found.keys()].filter((key) => !scenario.offered.has(key) && !key.includes('after'))
  assert.deepEqual([...problems.slice(0, 5), ...strange], [])
  return found
}
