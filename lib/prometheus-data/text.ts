import { bytesToText } from '#lib/model'

const LONE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/
const REPLACEMENT = '\ufffd'
const encoder = new TextEncoder()

/** Text of bytes[from, to); a byte that is not UTF-8 becomes a lone surrogate, as everywhere here. */
export function textOf(bytes: Uint8Array, from: number, to: number): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString('utf8')
  return text.includes(REPLACEMENT) ? bytesToText(bytes.subarray(from, to)) : text
}

/** The bytes of a text, those that are not UTF-8 included. */
export function bytesOf(text: string): Uint8Array {
  if (!LONE.test(text)) return encoder.encode(text)
  const parts = Array.from(text, (char) => {
    const code = char.charCodeAt(0)
    const isByte = char.length === 1 && code >= 0xdc80 && code <= 0xdcff
    return isByte ? Uint8Array.of(code - 0xdc00) : encoder.encode(char)
  })
  return Buffer.concat(parts)
}
