import { existsSync } from 'node:fs'

/**
 * The folder that tells of the machine's network. `net` leads to the reader's own network: in a container that has the
 * machine's procfs mounted it is the container's, and that of the first process is the machine's.
 */
export function netFolder(procfs: string): string {
  const ofFirst = `${procfs}/1/net`
  return procfs !== '/proc' && existsSync(`${ofFirst}/dev`) ? ofFirst : `${procfs}/net`
}
