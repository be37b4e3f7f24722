/** The first of a list, as many as a request's limit allows; 0 or none: all. */
export function limited<T>(list: T[], limit = 0): T[] {
  return limit > 0 && list.length > limit ? list.slice(0, limit) : list
}
