/** Which of several instances an object belongs to: jump consistent hash over FNV-1a of its UID, as kube-state-metrics has it. */

const MASK = 0xffff_ffff_ffff_ffffn

export function fnv1a64(text: string): bigint {
  let hash = 14695981039346656037n
  for (const byte of Buffer.from(text)) hash = ((hash ^ BigInt(byte)) * 1099511628211n) & MASK
  return hash
}

/** The bucket of a key, 0 to `buckets` - 1: when a bucket is added, only its share moves. Lamping and Veach, 2014. */
export function jumpHash(key: bigint, buckets: number): number {
  let state = key
  let bucket = -1
  let next = 0
  while (next < Math.max(buckets, 1)) {
    bucket = next
    state = (state * 2862933555777941757n + 1n) & MASK
    next = Math.floor((bucket + 1) * (2 ** 31 / (Number(state >> 33n) + 1)))
  }
  return bucket
}

/** The shard of an object, counted from 0. */
export function shardOf(uid: string, total: number): number {
  return jumpHash(fnv1a64(uid), total)
}
