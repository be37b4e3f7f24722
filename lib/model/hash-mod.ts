import { createHash } from 'node:crypto'

/** The last eight bytes of the MD5 of a text, as relabelling's `hashmod` takes them. */
export function hashOf(text: string): bigint {
  return createHash('md5').update(text).digest().readBigUInt64BE(8)
}

/** The shard of a text among `modulus`. */
export function hashMod(text: string, modulus: number): number {
  return Number(hashOf(text) % BigInt(modulus))
}
