/** No answer came from the API server: with its address and what to do. */
export class KubeConnectionError extends Error {
  override readonly name = 'KubeConnectionError'
  readonly code = 'KUBE_UNREACHABLE'
}

/** What an error of a connection means and what to do about it, by its code. */
const meanings: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused: is the API server running, and is the address right?',
  ENOTFOUND: 'no such host: correct the server in the kubeconfig, or connect to the VPN',
  EAI_AGAIN: 'its name cannot be resolved now: check the DNS and the network',
  EHOSTUNREACH: 'no route to the host: connect to its network or VPN',
  ENETUNREACH: 'no route to the network: connect to it or to the VPN',
  ETIMEDOUT: 'no answer: check network, VPN and firewall',
  ECONNRESET: 'the connection was closed by the other side',
  EPIPE: 'the connection was closed by the other side',
  CERT_HAS_EXPIRED: 'its certificate has expired: renew it on the control plane',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet: set the clocks right',
  DEPTH_ZERO_SELF_SIGNED_CERT:
    'its certificate is not signed by the certificate authority of the kubeconfig: correct certificate-authority',
  SELF_SIGNED_CERT_IN_CHAIN:
    'its certificate is not signed by the certificate authority of the kubeconfig: correct certificate-authority',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    'its certificate is not signed by the certificate authority of the kubeconfig: correct certificate-authority',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    'its certificate is not signed by a known authority: set certificate-authority in the kubeconfig',
  CERT_SIGNATURE_FAILURE:
    'its certificate is not signed by the certificate authority of the kubeconfig: correct certificate-authority',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name: correct server or tls-server-name',
  EPROTO: 'it does not speak TLS there: correct the server (http or https)',
  HPE_INVALID_CONSTANT: 'it does not speak HTTP there: correct the server (http or https)',
}

/** Words an error of a request to a server; what is no error of a connection stays as it is. */
export function connectionError(server: string, error: unknown, proxy = ''): Error {
  const { code = '', message } = error as NodeJS.ErrnoException
  const meaning = meanings[code] ?? (/ssl|tls|wrong version number/i.test(message) ? meanings.EPROTO : message)
  const way = proxy === '' ? '' : ` through the proxy ${new URL(proxy).host}`
  return new KubeConnectionError(`cannot reach the API server ${server}${way}: ${meaning}`, { cause: error })
}
