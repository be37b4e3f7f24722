import { linesOf, readAttribute } from './read.ts'

/** A device's properties in udev's database: lines `E:NAME=value`. Empty where udev does not run. */
export function readUdev(path: string): ReadonlyMap<string, string> {
  const properties = new Map<string, string>()
  for (const line of linesOf(readAttribute(path) ?? '')) {
    const equals = line.indexOf('=')
    if (line.startsWith('E:') && equals > 0) properties.set(line.slice(2, equals), line.slice(equals + 1))
  }
  return properties
}
