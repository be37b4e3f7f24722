/** The oldest runtime that has all that is used. */
const OLDEST = 26

/** Ends the program with a sentence that helps when the runtime is too old. */
export function refuseOldNode(version: string): void {
  if (Number(version.split('.')[0]) >= OLDEST) return
  process.stderr.write(
    `Binnacle needs Node ${OLDEST}; this is ${version}.\n` +
      'Start it by `npm start` after `npm ci` (which installs the right one beside it), or install a newer Node.\n',
  )
  process.exit(1)
}
