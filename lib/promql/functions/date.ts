/** The functions of a time in Unix seconds (UTC), by name. */
export const dateFunctions: ReadonlyMap<string, (seconds: number) => number> = new Map(
  Object.entries({
    minute: (s: number) => dateOf(s).getUTCMinutes(),
    hour: (s: number) => dateOf(s).getUTCHours(),
    day_of_week: (s: number) => dateOf(s).getUTCDay(),
    day_of_month: (s: number) => dateOf(s).getUTCDate(),
    day_of_year: (s: number) => {
      const date = dateOf(s)
      return (Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()) - yearStart(date)) / 86_400_000 + 1
    },
    days_in_month: (s: number) => {
      const date = dateOf(s)
      return new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate()
    },
    month: (s: number) => dateOf(s).getUTCMonth() + 1,
    year: (s: number) => dateOf(s).getUTCFullYear() + 400 * Math.round((Math.trunc(s) - inCycle(s)) / CYCLE_SECONDS),
  }),
)

/** The calendar, with its days of the week, is the same again after 400 years. */
const CYCLE_SECONDS = 146_097 * 86_400

function inCycle(seconds: number): number {
  return Math.trunc(seconds) % CYCLE_SECONDS
}

/** The time in the first or last 400 years around 1970 that has the same date: a Date reaches no further than 275,760 years. */
function dateOf(seconds: number): Date {
  return new Date(inCycle(seconds) * 1000)
}

function yearStart(date: Date): number {
  return Date.UTC(date.getUTCFullYear(), 0, 1)
}
