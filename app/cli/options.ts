import { InvalidArgumentError, Option } from 'commander'
import { parseListenAddress } from '#lib/http'
import { logFormats, logLevels } from '#lib/log'
import { parseDuration } from '#lib/model'

/** Refuses a flag's value in commander's way: the message names the flag. */
export function checked<T>(parse: (text: string) => T): (text: string) => T {
  return (text) => {
    try {
      return parse(text)
    } catch (error) {
      throw new InvalidArgumentError((error as Error).message)
    }
  }
}

export function collectValues(value: string, before: readonly string[] | undefined): string[] {
  return [...(before ?? []), value]
}

export const duration = checked((text) => {
  parseDuration(text)
  return text
})

export const positiveDuration = checked((text) => {
  if (!(parseDuration(text) > 0)) throw new Error(`${JSON.stringify(text)} is no time that passes`)
  return text
})

export const percentage = checked((text) => {
  if (!/^\d+(\.\d+)?$/.test(text) || Number(text) > 100)
    throw new Error(`${JSON.stringify(text)} is not between 0 and 100`)
  return Number(text)
})

export const wholeNumber = checked((text) => {
  if (!/^\d+$/.test(text)) throw new Error(`${JSON.stringify(text)} is not a whole number`)
  return Number(text)
})

export function listenOption(address: string): Option {
  return new Option('--web.listen-address <address>', 'address to listen on, HOST:PORT')
    .default(address)
    .argParser(checked((text) => (parseListenAddress(text), text)))
}

export function logOptions(): Option[] {
  return [
    new Option('--log.level <level>', 'least important messages that are logged')
      .choices([...logLevels])
      .default('info'),
    new Option('--log.format <format>', 'auto: text on a terminal, JSON otherwise')
      .choices([...logFormats])
      .default('auto'),
  ]
}
