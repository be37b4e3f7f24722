import { existsSync, globSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

/** Where the scripts of the peers and of the test cluster put what they build. */
export const tools = process.env.BINNACLE_TOOLS ?? join(homedir(), '.cache/binnacle-tools')

/** The path of a program that one of those scripts has built, or undefined. */
export function toolPath(name: string): string | undefined {
  return [join(tools, 'peers', name), ...globSync(join(tools, 'v*', name))].find((path) => existsSync(path))
}
