import assert from 'node:assert/strict'
import { appendFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { Installation, installMissing } from '../support/installed.ts'
import { until } from '../support/program.ts'
import { patience } from '../support/watched.ts'

const missing = installMissing()

let install: Installation
let token = ''

before(async () => {
  if (missing !== undefined) return
  install = Installation.prepare('binnacle-novolume.yaml')
  install.apply()
  await install.ready()
  token = install.admin()
  await hasFigures()
})

after(() => {
  if (missing === undefined) install[Symbol.dispose]()
})

const kubectl = (...args: string[]) => install.cluster.kubectl(...args)

async function hasFigures(): Promise<void> {
  await until(120 * patience(), 'the node has figures', async () => kubectl('top', 'nodes').includes('node1'))
}

/** How many certificates metrics-api and the server know in a way. */
async function known(how: string): Promise<number[]> {
  const result = await install.query(token, `binnacle_kubelet_certificates{known="${how}"}`)
  return result.map(({ value }) => Number(value[1]))
}

async function allKnow(how: string): Promise<void> {
  await until(120 * patience(), `metrics-api and the server: ${how}`, async () => {
    const counts = await known(how)
    if (counts.length < 2 || counts.some((count) => count !== 1))
      throw new Error(`known as ${how}: ${counts.join(' ')}`)
    return true
  })
}

/** Gives the kubelet a certificate while it is stopped. */
function restartKubelet(change: () => void): void {
  install.cluster.stop('kubelet')
  change()
  install.cluster.start('kubelet')
}

test('a certificate that signs itself is pinned, by metrics-api and by the server', { skip: missing }, () =>
  allKnow('pinned'),
)

test(
  'a changed one stops that node alone, and says so; the command that is told accepts it',
  {
    skip: missing,
  },
  async (t) => {
    restartKubelet(() => rmSync(install.cluster.file('kubelet/pki'), { recursive: true }))
    await allKnow('refused')
    const condition = await until(150 * patience(), 'the condition tells', async () => {
      const { status } = install.cluster.get('apiservice', 'v1beta1.metrics.k8s.io')
      const { conditions } = status as { conditions: { type: string; status: string; message: string }[] }
      return conditions.find(({ type, status: is }) => type === 'ResourceMetricsComplete' && is === 'False')?.message
    })
    assert.match(condition, /node node1: /)
    const event = await until(60 * patience(), 'the event tells', async () =>
      kubectl('get', 'events', '-n', 'default', '-o', 'jsonpath={range .items[*]}{.message}{"\\n"}{end}')
        .split('\n')
        .find((line) => line.startsWith('node node1 has no figures')),
    )
    t.diagnostic(event)
    assert.throws(() => kubectl('top', 'nodes'), 'no figure that is not of now')
    const command = /kubectl (-n binnacle patch configmap .*null\}\}')/.exec(event)?.[1] ?? ''
    assert.notEqual(command, '', event)
    kubectl(...command.replaceAll("'", '').split(' '))
    await hasFigures()
    await allKnow('pinned')
  },
)

test(
  'one that the authority of the cluster has signed is verified, and may be renewed',
  { skip: missing },
  async () => {
    const file = (name: string) => install.cluster.file(`pki/serving.${name}`)
    const sign = () => install.cluster.certificate('serving', '/O=system:nodes/CN=system:node:node1')
    restartKubelet(() => {
      sign()
      const config = install.cluster.file('kubelet/config.yaml')
      appendFileSync(config, `tlsCertFile: ${file('crt')}\ntlsPrivateKeyFile: ${file('key')}\n`)
    })
    await allKnow('verified')
    await hasFigures()
    restartKubelet(sign)
    await hasFigures()
    await allKnow('verified')
    assert.ok((await known('refused')).every((count) => count === 0))
  },
)

test('from one that is verified there is no silent way back to one that signs itself', { skip: missing }, async () => {
  const config = install.cluster.file('kubelet/config.yaml')
  restartKubelet(() => writeFileSync(config, readFileSync(config, 'utf8').replace(/^tls.*\n/gm, '')))
  await allKnow('refused')
})
