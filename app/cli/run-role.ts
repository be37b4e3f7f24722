/** How long a stop may take before the program ends anyway. */
const STOP_MS = 4500

/** Starts a role and keeps it until SIGINT, SIGTERM or a failure; then stops it cleanly, within five seconds. */
export async function runUntilSignal(start: (fail: (error: Error) => void) => Promise<AsyncDisposable>): Promise<void> {
  const ended = Promise.withResolvers<Error | undefined>()
  process.once('SIGINT', () => ended.resolve(undefined))
  process.once('SIGTERM', () => ended.resolve(undefined))
  let role: AsyncDisposable
  try {
    role = await start((error) => ended.resolve(error))
  } catch (error) {
    return exit(1, (error as Error).message)
  }
  const failure = await ended.promise
  process.once('SIGINT', () => exit(130, 'stopped at once'))
  const late = setTimeout(() => exit(1, `not everything stopped within ${STOP_MS / 1000} s: ended anyway`), STOP_MS)
  late.unref()
  try {
    await role[Symbol.asyncDispose]()
  } catch (error) {
    return exit(1, `while stopping: ${(error as Error).message}`)
  }
  exit(failure === undefined ? 0 : 1, failure?.message)
}

/** Runs a command that ends by itself; a failure is a sentence, not a stack. */
export async function runToEnd(work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    exit(1, (error as Error).message)
  }
}

/** Ends the process also when a call in the kernel hangs. */
function exit(code: number, message?: string): void {
  if (message !== undefined) process.stderr.write(`binnacle: ${message}\n`)
  process.exit(code)
}
