import type { KubeIdentity } from './api.ts'

/** Bytes of a PEM or token: written in the kubeconfig, or in a file that is read again when it changes. */
export type Source = { readonly text: string } | { readonly file: string }

/** How one user reaches one API server; as found in a kubeconfig or in a pod. Nothing of it may be logged but `identity`. */
export interface ClusterAccess {
  readonly identity: KubeIdentity
  readonly server: string
  readonly ca?: Source
  readonly cert?: Source
  readonly key?: Source
  readonly token?: Source
  readonly basic?: { readonly username: string; readonly password: string }
  readonly exec?: ExecPlugin
  /** Empty: the host of `server`. */
  readonly tlsServerName: string
  readonly insecure: boolean
  /** http, https or socks5; empty: none. */
  readonly proxy: string
  readonly compression: boolean
  /** Headers that let the user act as another. */
  readonly impersonation: Readonly<Record<string, string | readonly string[]>>
  /** What a person should know, such as a certificate that is not verified. */
  readonly notices: readonly string[]
}

/** The program that a kubeconfig names to make credentials. */
export interface ExecPlugin {
  readonly command: string
  readonly args: readonly string[]
  readonly env: readonly { readonly name: string; readonly value: string }[]
  readonly apiVersion: 'client.authentication.k8s.io/v1' | 'client.authentication.k8s.io/v1beta1'
  readonly installHint: string
  /** `spec.cluster` of the ExecCredential; absent unless the kubeconfig asks for it. */
  readonly cluster?: Readonly<Record<string, unknown>>
  /** The user's place in the kubeconfig, for errors. */
  readonly place: string
}
