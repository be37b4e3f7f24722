import type { ReactNode } from 'react'
import type { Condition, EventView } from '#lib/cluster'
import { usePageTime } from '../../app/time.ts'
import { useWords } from '../../app/words.ts'
import { shortAge, wholeNumber } from '../../lib/format.ts'
import { ObjectLink } from '../../parts/object-link.tsx'
import { Status, type Level } from '../../parts/status.tsx'
import { Timeline } from '../../parts/timeline.tsx'

/** A card with a title. */
export function Card({
  id,
  title,
  says,
  className = '',
  side,
  children,
}: {
  id: string
  title: string
  says?: ReactNode
  className?: string
  side?: ReactNode
  children: ReactNode
}) {
  return (
    <section className={`card ${className}`} aria-label={title} data-card={id}>
      <header>
        <h2>{title}</h2>
        {says !== undefined && <span className="t3">{says}</span>}
        {side !== undefined && (
          <>
            <span className="sp" />
            {side}
          </>
        )}
      </header>
      {children}
    </section>
  )
}

/** Two columns of cards, each as high as what it holds; on a phone the left one comes first. */
export function Columns({ left, right }: { left: ReactNode; right: ReactNode }) {
  return (
    <div className="grid">
      <div className="g6 stack">{left}</div>
      <div className="g6 stack">{right}</div>
    </div>
  )
}

const MOST_EVENTS = 12

/** The warnings that were reported of an object and its parts, newest first. */
export function EventsCard({ events, of }: { events: readonly EventView[]; of: string }) {
  const { words } = useWords()
  const said = words.resources.page
  const shown = events.slice(0, MOST_EVENTS)
  return (
    <Card id="events" title={said.events}>
      <div className="in">
        {shown.length === 0 && <p className="t3">{said.noEvents}</p>}
        <Timeline
          happenings={shown.map((event) => ({
            id: event.key,
            atMs: event.lastMs,
            level: 'warn',
            text: <Happened event={event} of={of} />,
          }))}
        />
        {events.length > shown.length && <p className="hint">{words.home.andMore(events.length - shown.length)}</p>}
      </div>
    </Card>
  )
}

function Happened({ event, of }: { event: EventView; of: string }) {
  const { words, language } = useWords()
  const { kind, name, namespace, reason, message, count } = event
  return (
    <>
      <b>{reason}</b>{' '}
      {count > 1 && <span className="t3">{words.resources.page.times(wholeNumber(count, language))} </span>}
      {name !== of && (
        <>
          <ObjectLink kind={kind} namespace={namespace} name={name} />{' '}
        </>
      )}
      <span className="t2">{message}</span>
    </>
  )
}

/** Conditions that are well when they are false. */
const BAD_WHEN_TRUE =
  /Pressure$|^NetworkUnavailable$|^ReplicaFailure$|^Failed$|^FailureTarget$|Failure$|^DisruptionTarget$/

/** How a condition is: some are well when true, others when false. */
export function levelOfCondition({ type, status }: Condition): Level {
  if (status === 'Unknown') return 'warn'
  return (status === 'True') === BAD_WHEN_TRUE.test(type) ? 'warn' : 'ok'
}

/** What Kubernetes says of an object, condition by condition. */
export function ConditionsCard({ conditions }: { conditions: readonly Condition[] }) {
  const { words, language } = useWords()
  const { toMs } = usePageTime()
  if (conditions.length === 0) return null
  return (
    <Card id="conditions" title={words.resources.page.conditions}>
      <div className="in">
        <dl className="facts">
          {conditions.map((condition) => (
            <ConditionRow
              key={condition.type}
              condition={condition}
              ago={shortAge(Math.max(0, toMs - condition.sinceMs), language)}
            />
          ))}
        </dl>
      </div>
    </Card>
  )
}

function ConditionRow({ condition, ago }: { condition: Condition; ago: string }) {
  const { type, status, reason, message, sinceMs } = condition
  const level = levelOfCondition(condition)
  return (
    <>
      <dt>
        <Status level={level}>{type}</Status>
      </dt>
      <dd>
        {status === 'True' || status === 'False' ? '' : `${status} `}
        {reason !== '' && reason !== type && <b>{reason}</b>} <span className="t2">{message}</span>{' '}
        {sinceMs > 0 && <span className="t3">{ago}</span>}
      </dd>
    </>
  )
}

/** Labels as an object carries them. */
export function Tags({ labels }: { labels: Readonly<Record<string, string>> }) {
  const { words } = useWords()
  const all = Object.entries(labels)
  if (all.length === 0) return words.resources.page.none
  return (
    <span className="row wrap">
      {all.map(([name, value]) => (
        <span className="tag" key={name}>
          {value === '' ? name : `${name}=${value}`}
        </span>
      ))}
    </span>
  )
}
