/** What a pattern of a stranger may cost: linear time is not enough, as each letter is compared with all states. */
export const PATTERN_BUDGET = 6000

interface Part {
  cost: number
  /** Of what a quantifier would repeat. */
  last: number
}

/** A rough number of states of a pattern: letters, more for what branches, times its counted repetitions. */
export function patternCost(pattern: string): number {
  const open: Part[] = [{ cost: 0, last: 0 }]
  const tokens = pattern.match(/\\[pP](?:\{[^}]*\}|.)|\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\{\d+(?:,\d*)?\}|[\s\S]/g) ?? []
  for (const token of tokens) {
    const top = open[open.length - 1]
    if (token === '(') open.push({ cost: 0, last: 0 })
    else if (token === ')' && open.length > 1) add(open[open.length - 2], (open.pop() as Part).cost)
    else if (/^\{\d/.test(token)) repeat(top, largest(token))
    else if (token === '*' || token === '+' || token === '?') add(top, 4, top.last + 4)
    else add(top, atomCost(token))
  }
  return open.reduce((sum, { cost }) => sum + cost, 0)
}

function add(part: Part, cost: number, last = cost): void {
  part.cost += cost
  part.last = last
}

function repeat(part: Part, times: number): void {
  const more = part.last * Math.max(0, times - 1)
  part.cost += more
  part.last += more
}

/** Classes of Unicode have hundreds of ranges. */
function atomCost(token: string): number {
  const classes = token.match(/\\[pP]/g)?.length ?? 0
  return 1 + classes * 20 + (token.startsWith('[') ? token.length / 4 : 0)
}

function largest(token: string): number {
  return Math.max(...(token.match(/\d+/g) ?? ['1']).map(Number))
}
