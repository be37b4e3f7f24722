/** Whether `Accept-Encoding` allows gzip. */
export function acceptsGzip(header: string | undefined): boolean {
  const quality = (name: string) => {
    const found = (header ?? '').split(',').find((one) => one.split(';')[0].trim().toLowerCase() === name)
    if (found === undefined) return undefined
    const q = /;\s*q\s*=\s*([\d.]+)/i.exec(found)
    return q === null ? 1 : Number(q[1])
  }
  return (quality('gzip') ?? quality('x-gzip') ?? quality('*') ?? 0) > 0
}
