import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import type { ChildProcess } from 'node:child_process'

/** A Docker daemon of the tests' own, with the image `binnacle-busybox:1`. */
export interface DockerForTests extends AsyncDisposable {
  readonly socketPath: string
  /** Runs the docker client and returns what it printed; throws where it fails. */
  docker(...args: readonly string[]): string
}

const startWithinMs = 30_000

/** Starts dockerd by hand where that can be done, else says why not. */
export async function startDocker(): Promise<DockerForTests | { skipped: string }> {
  const reason = cannotStart()
  if (reason !== undefined) return { skipped: reason }
  const home = mkdtempSync(join(tmpdir(), 'binnacle-docker-'))
  const socketPath = join(home, 'docker.sock')
  const daemon = spawnDaemon(home, socketPath)
  try {
    await answered(daemon, socketPath)
    importBusybox(home, socketPath)
  } catch (error) {
    await stop(daemon, home)
    return { skipped: `dockerd does not run here: ${(error as Error).message}` }
  }
  return {
    socketPath,
    docker: (...args) => runDocker(socketPath, args),
    [Symbol.asyncDispose]: async () => {
      removeAll(socketPath)
      await stop(daemon, home)
    },
  }
}

function cannotStart(): string | undefined {
  if (process.platform !== 'linux') return 'Docker for tests needs Linux'
  if (process.getuid?.() !== 0) return 'Docker for tests needs root'
  for (const program of ['dockerd', 'docker', 'busybox']) {
    if (spawnSync('sh', ['-c', `command -v ${program}`]).status !== 0) return `${program} is not installed`
  }
  return undefined
}

function spawnDaemon(home: string, socketPath: string): ChildProcess {
  const args = ['--data-root', join(home, 'data'), '--exec-root', join(home, 'exec'), '-H', `unix://${socketPath}`]
  const net = ['--iptables=false', '--ip6tables=false', '--bridge=none', '--storage-driver=vfs']
  const rest = ['--pidfile', join(home, 'docker.pid'), '--log-level', 'error']
  return spawn('dockerd', [...args, ...net, ...rest], { stdio: 'ignore' })
}

async function answered(daemon: ChildProcess, socketPath: string): Promise<void> {
  const deadlineMs = Date.now() + startWithinMs
  while (Date.now() < deadlineMs) {
    if (daemon.exitCode !== null) throw new Error(`it exited with ${daemon.exitCode}`)
    if (existsSync(socketPath) && spawnClient(socketPath, ['version']).status === 0) return
    await sleep(200)
  }
  throw new Error('it did not answer within 30 s')
}

function importBusybox(home: string, socketPath: string): void {
  const root = join(home, 'root')
  mkdirSync(join(root, 'bin'), { recursive: true })
  mkdirSync(join(root, 'tmp'))
  const busybox = spawnSync('sh', ['-c', 'command -v busybox'], { encoding: 'utf8' }).stdout.trim()
  copyFileSync(busybox, join(root, 'bin/busybox'))
  chmodSync(join(root, 'bin/busybox'), 0o755)
  const tar = join(home, 'root.tar')
  const links = ['sh', 'sleep', 'dd', 'cat', 'true', 'false', 'tail', 'tr', 'echo', 'head']
  const script = `cd "$1"/bin && for f in ${links.join(' ')}; do ln -s busybox $f; done; tar -C "$1" -cf "$2" .`
  const made = spawnSync('sh', ['-c', script, 'sh', root, tar], { encoding: 'utf8' })
  if (made.status !== 0) throw new Error(`tar: ${made.stderr}`)
  runDocker(socketPath, ['import', tar, 'binnacle-busybox:1'])
}

function runDocker(socketPath: string, args: readonly string[]): string {
  const { status, stdout, stderr } = spawnClient(socketPath, args)
  if (status !== 0) throw new Error(`docker ${args.join(' ')}: ${stderr}`)
  return stdout.trim()
}

function spawnClient(socketPath: string, args: readonly string[]) {
  return spawnSync('docker', ['-H', `unix://${socketPath}`, ...args], { encoding: 'utf8', timeout: 60_000 })
}

function removeAll(socketPath: string): void {
  const ids = spawnClient(socketPath, ['ps', '-aq']).stdout.split('\n').filter(Boolean)
  if (ids.length > 0) spawnClient(socketPath, ['rm', '-f', ...ids])
}

/** SIGTERM lets dockerd stop its containerd too; it is killed where that takes longer than 15 s. */
async function stop(daemon: ChildProcess, home: string): Promise<void> {
  if (daemon.exitCode === null) daemon.kill('SIGTERM')
  for (let i = 0; i < 75 && daemon.exitCode === null && daemon.signalCode === null; i++) await sleep(200)
  if (daemon.exitCode === null && daemon.signalCode === null) daemon.kill('SIGKILL')
  rmSync(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
}
