import { type RequestOptions, request } from 'node:https'

/** An answer of a server whose certificate nobody vouches for. */
export interface SecureAnswer {
  readonly status: number
  readonly text: string
  readonly cookie: string
}

/** Asks by HTTPS; the server's certificate is not looked at, a client's may be given. */
export function askSecurely(
  url: string,
  options: RequestOptions & { readonly body?: string } = {},
): Promise<SecureAnswer> {
  const { body, ...rest } = options
  const { promise, resolve, reject } = Promise.withResolvers<SecureAnswer>()
  const asked = request(url, { rejectUnauthorized: false, timeout: 20_000, agent: false, ...rest }, (response) => {
    let text = ''
    response.on('data', (chunk: Buffer) => (text += chunk.toString()))
    response.on('end', () => {
      const cookie = response.headers['set-cookie']?.[0]?.split(';')[0] ?? ''
      resolve({ status: response.statusCode ?? 0, text, cookie })
    })
  })
  asked.on('error', reject).on('timeout', () => asked.destroy(new Error(`${url}: no answer within 20 s`)))
  asked.end(body)
  return promise
}
