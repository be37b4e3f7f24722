import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { runParserCases } from './promql-parser.ts'
import { runCommands } from './promql-run.ts'
import { readScript } from './promql-script.ts'
import type { Report } from './suite.ts'

/** The scripts in `testdata`, each `eval` a case, and the tables in `parser`. */
export async function run(folder: string, report: Report): Promise<void> {
  await runScripts(join(folder, 'testdata'), report)
  await runParserCases(folder, report)
}

async function runScripts(folder: string, report: Report): Promise<void> {
  for (const file of readdirSync(folder).sort()) {
    if (!file.endsWith('.test')) continue
    const commands = readScript(readFileSync(join(folder, file), 'utf8'))
    for await (const { line, expr, failure } of runCommands(commands)) {
      const id = `${file}:${line} ${expr}`
      if (failure === undefined) report.pass(id)
      else report.fail(id, 'as the script says', failure)
    }
  }
}
