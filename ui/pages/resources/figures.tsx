import type { ReactNode } from 'react'
import { useWords } from '../../app/words.ts'
import type { Use } from '../../lib/resource-row.ts'
import { chooseUnit, withUnit } from '../../lib/units.ts'
import { BarOf } from '../../parts/use-bar.tsx'

/** One figure of an object: its number, what it is compared with, a bar, and a remark. */
export function Figure({
  id,
  title,
  value,
  of,
  bar,
  hint,
}: {
  id: string
  title: string
  value: string
  of: string
  bar: ReactNode
  hint: string
}) {
  return (
    <div className="card g4" data-card={id}>
      <div className="in">
        <h2 className="figure-title">{title}</h2>
        <div className="figure">
          {value}
          <small>{of}</small>
        </div>
        {bar}
        <p className="hint">{hint}</p>
      </div>
    </div>
  )
}

/** CPU or memory of a node or a namespace as a figure. */
export function UseFigure({ of, use }: { of: 'cpu' | 'memory'; use: Use }) {
  const { words, language } = useWords()
  const said = words.resources
  const bound = use.size ?? use.limit
  const highest = Math.max(use.value ?? 0, bound ?? 0, use.request ?? 0)
  const unit = chooseUnit(of === 'memory' ? 'bytes' : 'cores', highest, language)
  const name = words.units[unit.name] ?? unit.name
  const text = (amount: number) => (of === 'memory' ? withUnit('bytes', amount, language) : unit.text(amount))
  const whole = bound ?? Math.max(2 * (use.request ?? 0), (use.value ?? 0) * 1.15, Number.MIN_VALUE)
  return (
    <Figure
      id={`${of}-figure`}
      title={of === 'memory' ? said.columns.memory : said.columns.cpu}
      value={unit.text(use.value)}
      of={bound === undefined ? name : said.page.usedOf(`${unit.text(bound)} ${name}`)}
      bar={<BarOf value={use.value ?? 0} whole={whole} request={use.request} open={bound === undefined} wide />}
      hint={requestHint(use, text, said.page)}
    />
  )
}

function requestHint(
  { request = 0, limit, size }: Use,
  text: (amount: number) => string,
  said: ReturnType<typeof useWords>['words']['resources']['page'],
): string {
  if (size === undefined)
    return limit === undefined ? said.requestedOnly(text(request)) : said.requestedLimited(text(request), text(limit))
  if (request > size) return said.requestedOver(text(request), `${Math.round((request / size) * 100)}%`)
  return said.requestedFree(text(request), text(size - request))
}
