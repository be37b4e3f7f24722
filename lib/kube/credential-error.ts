/** The user's credentials could not be made or were not accepted; the message says which and what to do, never their value. */
export class CredentialError extends Error {
  override readonly name = 'CredentialError'
  readonly code = 'KUBE_CREDENTIALS'
}
