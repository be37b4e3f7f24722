/** Encoded bytes that cannot be what an encoder wrote. */
export class CodecError extends Error {
  override readonly name = 'CodecError'
}
