import { promisify } from 'node:util'
import { gunzip, gunzipSync } from 'node:zlib'
import { type BodyBuffer, formatSize } from '#lib/http'
import { ScrapeError } from './scrape-error.ts'

/** Bodies up to this size are inflated at once: handing them to libuv's pool costs more than doing it. */
const AT_ONCE_BYTES = 4 * 1024 * 1024

const gunzipInPool = promisify(gunzip)

/** Replaces a gzip body by what it holds, at most `limitBytes`. */
export async function inflate(body: BodyBuffer, limitBytes: number): Promise<void> {
  const packed = body.bytes.subarray(0, body.length)
  const plain = await inflated(packed, limitBytes)
  body.length = 0
  body.append(plain, 0, plain.length)
}

async function inflated(packed: Uint8Array<ArrayBuffer>, limitBytes: number): Promise<Uint8Array> {
  const atOnce = Math.min(limitBytes, AT_ONCE_BYTES)
  try {
    if (packed.length < AT_ONCE_BYTES / 4) return gunzipSync(packed, { maxOutputLength: atOnce })
  } catch (error) {
    if (!isTooLong(error) || atOnce === limitBytes) throw wordsFor(error, limitBytes)
  }
  try {
    return await gunzipInPool(packed, { maxOutputLength: limitBytes })
  } catch (error) {
    throw wordsFor(error, limitBytes)
  }
}

function isTooLong(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE'
}

function wordsFor(error: unknown, limitBytes: number): ScrapeError {
  if (isTooLong(error)) {
    return new ScrapeError('body-size', `body exceeds body_size_limit of ${formatSize(limitBytes)} when inflated`)
  }
  return new ScrapeError('gzip', `the body is not valid gzip: ${(error as Error).message}`, { cause: error })
}
