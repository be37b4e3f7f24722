import type { Fields, Schedule } from './cron-schedule.ts'
import { clockTime, type ClockTime, secondsAt } from './time-zone.ts'
import { ZERO_TIME } from './times.ts'

/**
 * The first moment after another that a schedule names, in Unix seconds; Go's zero time where there is none within five
 * years. Of hours that clocks skip in spring, the hour after them is taken, as upstream does.
 */
export function nextTime(schedule: Schedule, after: number): number {
  if (schedule.kind === 'never') return ZERO_TIME
  if (schedule.kind === 'every') return after + schedule.seconds
  return canMatch(schedule) ? new Search(schedule, after + 1).run() : ZERO_TIME
}

/** A field of commas alone is valid, matches nothing, and would be searched for minute by minute. */
function canMatch({ minute, hour, dayOfMonth, month, dayOfWeek }: Fields): boolean {
  return [minute, hour, dayOfMonth, month, dayOfWeek].every((field) => field.includes(1))
}

const YEARS = 5
/** More than all days of those years. In a zone that left out a whole day, upstream's way to the next day never ends. */
const MOST_MOVES = 5000
const HOUR = 3600
const MINUTE = 60
const START_OF_HOUR = { minute: 0, second: 0 }
const START_OF_DAY = { hour: 0, ...START_OF_HOUR }

/** Goes from field to field, month first; whoever passes the end of the greater unit begins again with the month. */
class Search {
  readonly #fields: Fields
  #at: number
  #clock: ClockTime
  /** Whether a field was moved on already, so that all lower ones stand at their least value. */
  #isMoved = false
  #moves = 0

  constructor(fields: Fields, from: number) {
    this.#fields = fields
    this.#at = from
    this.#clock = clockTime(fields.zone, from)
  }

  run(): number {
    const lastYear = this.#clock.year + YEARS
    while (this.#clock.year <= lastYear && this.#moves <= MOST_MOVES) {
      if (this.#findMonth() && this.#findDay() && this.#findHour() && this.#findMinute() && this.#findSecond()) {
        return this.#at
      }
    }
    return ZERO_TIME
  }

  /** False where the year is over. */
  #findMonth(): boolean {
    while (this.#fields.month[this.#clock.month] === 0) {
      this.#startDay(1)
      this.#moveTo(this.#sameTime(this.#clock.month + 1, this.#clock.day))
      if (this.#clock.month === 1) return false
    }
    return true
  }

  #findDay(): boolean {
    while (!this.#isDay()) {
      if (this.#moves > MOST_MOVES) return false
      this.#startDay(this.#clock.day)
      this.#moveTo(this.#sameTime(this.#clock.month, this.#clock.day + 1))
      if (this.#clock.hour !== 0) this.#moveTo(this.#at + this.#toMidnight())
      if (this.#clock.day === 1) return false
    }
    return true
  }

  #findHour(): boolean {
    const { hour } = this.#fields
    while (hour[this.#clock.hour] === 0) {
      this.#startHour()
      const before = this.#clock.hour
      this.#moveTo(this.#at + HOUR)
      const isSkipped = this.#clock.hour - before === 2 && hour[this.#clock.hour - 1] === 1
      if (isSkipped) break
      if (this.#clock.hour === 0) return false
    }
    return true
  }

  #findMinute(): boolean {
    while (this.#fields.minute[this.#clock.minute] === 0) {
      if (!this.#isMoved) this.#moveTo(Math.floor(this.#at / MINUTE) * MINUTE)
      this.#isMoved = true
      this.#moveTo(this.#at + MINUTE)
      if (this.#clock.minute === 0) return false
    }
    return true
  }

  /** Schedules have no seconds: it is the first of the minute. */
  #findSecond(): boolean {
    while (this.#clock.second !== 0) {
      this.#isMoved = true
      this.#moveTo(this.#at + 1)
      if (this.#clock.second === 0) return false
    }
    return true
  }

  #isDay(): boolean {
    const { dayOfMonth, dayOfWeek } = this.#fields
    return dayOfMonth[this.#clock.day] === 1 && dayOfWeek[this.#clock.weekday] === 1
  }

  /** At the first move, everything below the field begins anew. */
  #startDay(day: number): void {
    if (!this.#isMoved) this.#moveTo(secondsAt(this.#fields.zone, { ...this.#clock, ...START_OF_DAY, day }))
    this.#isMoved = true
  }

  #startHour(): void {
    if (!this.#isMoved) this.#moveTo(secondsAt(this.#fields.zone, { ...this.#clock, ...START_OF_HOUR }))
    this.#isMoved = true
  }

  #sameTime(month: number, day: number): number {
    return secondsAt(this.#fields.zone, { ...this.#clock, month, day })
  }

  /** Where midnight does not exist, the clock shows another hour. */
  #toMidnight(): number {
    const { hour } = this.#clock
    return hour > 12 ? (24 - hour) * HOUR : -hour * HOUR
  }

  #moveTo(seconds: number): void {
    this.#moves++
    this.#at = seconds
    this.#clock = clockTime(this.#fields.zone, seconds)
  }
}
