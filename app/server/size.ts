const factors: Readonly<Record<string, number>> = {
  B: 1,
  KB: 2 ** 10,
  MB: 2 ** 20,
  GB: 2 ** 30,
  TB: 2 ** 40,
  PB: 2 ** 50,
  EB: 2 ** 60,
}

/** Bytes of a size as Prometheus' flags write it (`512MB`, powers of 2); '' and 0 are none. */
export function parseSize(text: string): number {
  if (text === '' || text === '0') return 0
  const match = /^(\d+(?:\.\d+)?)(B|[KMGTPE]i?B)$/.exec(text)
  if (!match) throw new Error(`${JSON.stringify(text)} is not a size: write it as 512MB or 10GB`)
  return Math.round(Number(match[1]) * factors[match[2].replace('i', '')])
}
