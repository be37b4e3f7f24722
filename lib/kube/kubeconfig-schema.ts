import * as v from 'valibot'

/** A field of text. Messages never repeat a value: it may be a secret. */
const text = v.optional(v.nullable(v.string('must be text: put it in quotes')))
const flag = v.optional(v.nullable(v.boolean('must be true or false')))
const texts = v.optional(v.nullable(v.array(v.string('must be text: put it in quotes'), 'must be a list of texts')))

const cluster = v.object(
  {
    server: text,
    'certificate-authority': text,
    'certificate-authority-data': text,
    'insecure-skip-tls-verify': flag,
    'tls-server-name': text,
    'proxy-url': text,
    'disable-compression': flag,
    extensions: v.optional(
      v.nullable(v.array(v.object({ name: v.string('must be text'), extension: v.unknown() }, 'must be a mapping'))),
    ),
  },
  'must be a mapping',
)

const exec = v.object(
  {
    command: text,
    args: texts,
    env: v.optional(
      v.nullable(
        v.array(
          v.object(
            { name: v.string('must be text'), value: v.string('must be text: put it in quotes') },
            'must be a mapping',
          ),
          'must be a list',
        ),
      ),
    ),
    apiVersion: text,
    installHint: text,
    provideClusterInfo: flag,
    interactiveMode: text,
  },
  'must be a mapping',
)

const user = v.object(
  {
    'client-certificate': text,
    'client-certificate-data': text,
    'client-key': text,
    'client-key-data': text,
    token: text,
    tokenFile: text,
    username: text,
    password: text,
    as: text,
    'as-uid': text,
    'as-groups': texts,
    'as-user-extra': v.optional(v.nullable(v.record(v.string(), v.array(v.string('must be text'), 'must be a list')))),
    exec: v.optional(v.nullable(exec)),
    'auth-provider': v.optional(v.unknown()),
  },
  'must be a mapping',
)

const context = v.object({ cluster: text, user: text, namespace: text }, 'must be a mapping')

function named<K extends string, S extends v.GenericSchema>(key: K, schema: S) {
  const entry = v.object(
    { name: v.string('must be text: put it in quotes'), [key]: schema } as { name: v.StringSchema<string> } & Record<
      K,
      S
    >,
    'must be a mapping',
  )
  return v.optional(v.nullable(v.array(entry, 'must be a list')), [])
}

/** A kubeconfig, as far as it is used; other fields are nothing to us, as they are to kubectl. */
export const kubeconfigSchema = v.object(
  {
    'current-context': text,
    clusters: named('cluster', v.nullable(cluster)),
    users: named('user', v.nullable(user)),
    contexts: named('context', v.nullable(context)),
  },
  'a kubeconfig is a mapping with clusters, users and contexts',
)

export type Kubeconfig = v.InferOutput<typeof kubeconfigSchema>
export type KubeconfigCluster = v.InferOutput<typeof cluster>
export type KubeconfigUser = v.InferOutput<typeof user>
export type KubeconfigContext = v.InferOutput<typeof context>
