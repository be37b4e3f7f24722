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
    year: (s: number) => dateOf(s).getUTCFullYear(),
  }),
)

function dateOf(seconds: number): Date {
  return new Date(Math.trunc(seconds) * 1000)
}

function yearStart(date: Date): number {
  return Date.UTC(date.getUTCFullYear(), 0, 1)
}
