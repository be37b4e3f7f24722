import { md5 } from '@noble/hashes/legacy.js'

/** The last eight bytes of the MD5 of a text, as relabelling's `hashmod` takes them. */
export function hashOf(text: string): bigint {
  const { buffer, byteOffset } = md5(new TextEncoder().encode(text))
  return new DataView(buffer, byteOffset, 16).getBigUint64(8)
}

/** The shard of a text among `modulus`. */
export function hashMod(text: string, modulus: number): number {
  return Number(hashOf(text) % BigInt(modulus))
}
