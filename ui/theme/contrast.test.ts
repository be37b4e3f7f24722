import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'

const css = readFileSync(join(import.meta.dirname, 'tokens.css'), 'utf8')
const SCHEMES = {
  light: tokensOf(/:root \{([^}]*)\}/),
  dark: tokensOf(/:root\[data-mantine-color-scheme="dark"\] \{([^}]*)\}/),
}
const TEXT = 4.5
const GRAPHIC = 3

const CASES: [front: string[], back: string[], least: number][] = [
  [['text', 'text-2', 'text-3'], ['bg', 'surface', 'surface-2', 'hover', 'accent-soft'], TEXT],
  [['accent'], ['bg', 'surface', 'surface-2', 'accent-soft', 'hover'], TEXT],
  [['ok', 'warn', 'crit', 'idle'], ['surface', 'hover', 'bg'], TEXT],
  [['surface'], ['accent', 'crit'], TEXT],
  [['c1', 'c2', 'c3', 'c4', 'c5', 'c6', 'c10', 'track'], ['surface'], GRAPHIC],
]

for (const [scheme, tokens] of Object.entries(SCHEMES)) {
  test(`tokens: everything can be read in the ${scheme} theme`, () => {
    for (const [fronts, backs, least] of CASES) {
      for (const front of fronts) {
        for (const back of backs) {
          const ratio = contrast(tokens[front], tokens[back])
          assert.ok(ratio >= least, `${front} on ${back}: ${ratio.toFixed(2)}`)
        }
      }
    }
  })
}

function tokensOf(block: RegExp): Record<string, string> {
  const text = block.exec(css)?.[1] ?? ''
  return Object.fromEntries(
    [...text.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(([, name, colour]) => [name, colour]),
  )
}

/** WCAG 2: the ratio of relative luminances. */
function contrast(a: string, b: string): number {
  const [dark, light] = [luminance(a), luminance(b)].toSorted((x, y) => x - y)
  return (light + 0.05) / (dark + 0.05)
}

function luminance(colour: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => linear(Number.parseInt(colour.slice(at, at + 2), 16) / 255))
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

function linear(channel: number): number {
  return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4
}
