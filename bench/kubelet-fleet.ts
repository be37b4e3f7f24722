import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeAuthority, signServing } from '#lib/certificates'
import { freePort } from '../e2e/support/program.ts'
import { addressOf, KUBELETS_A_CERTIFICATE, type KubeletCounts } from './kubelet-names.ts'

const DAY_MS = 86_400_000

/** Simulated kubelets in a process of their own, whose use is not counted. */
export class KubeletFleet implements AsyncDisposable {
  readonly port: number
  /** The authority that signed their certificates. */
  readonly caFile: string
  readonly #folder: string
  readonly #child: ChildProcess

  constructor(port: number, folder: string, child: ChildProcess) {
    this.port = port
    this.caFile = join(folder, 'ca.crt')
    this.#folder = folder
    this.#child = child
  }

  static async start(kubelets: number, podsEach: number, token: string): Promise<KubeletFleet> {
    const folder = mkdtempSync(join(tmpdir(), 'binnacle-bench-kubelets-'))
    await writeCertificates(folder, kubelets)
    const port = await freePort()
    const args = [kubelets, podsEach, port, token, folder].map(String)
    const child = fork(join(import.meta.dirname, 'simulated-kubelets.ts'), args)
    const fleet = new KubeletFleet(port, folder, child)
    await once(child, 'message')
    return fleet
  }

  /** What they were asked since the last call. */
  async counts(): Promise<KubeletCounts> {
    const answer = once(this.#child, 'message')
    this.#child.send('counts')
    return (await answer)[0] as KubeletCounts
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const gone = once(this.#child, 'exit')
    this.#child.kill('SIGKILL')
    await gone
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

async function writeCertificates(folder: string, kubelets: number): Promise<void> {
  const valid = { notBeforeMs: Date.now() - DAY_MS, notAfterMs: Date.now() + DAY_MS }
  const authority = await makeAuthority({ commonName: 'bench', ...valid })
  writeFileSync(join(folder, 'ca.crt'), authority.cert)
  let next = 0
  const worker = async () => {
    for (let i = next++; i * KUBELETS_A_CERTIFICATE < kubelets; i = next++) {
      const first = i * KUBELETS_A_CERTIFICATE
      const ipAddresses = Array.from({ length: KUBELETS_A_CERTIFICATE }, (_, k) => addressOf(first + k))
      const name = { commonName: `system:node:${first}`, dnsNames: [], ipAddresses }
      const { cert, key } = await signServing(authority, { ...name, ...valid })
      writeFileSync(join(folder, `${i}.crt`), cert)
      writeFileSync(join(folder, `${i}.key`), key, { mode: 0o600 })
    }
  }
  await Promise.all(Array.from({ length: 4 }, worker))
}
