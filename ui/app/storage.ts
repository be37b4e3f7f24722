/** What a person chose, kept by the browser where it allows that. */
export function recall(key: string): string | null {
  try {
    return localStorage.getItem(key)
  } catch {
    return null // storage is off: choices last until the page closes
  }
}

/** Keeps a choice; without storage it holds for this page only. */
export function remember(key: string, value: string): boolean {
  try {
    localStorage.setItem(key, value)
    return true
  } catch {
    return false // storage is off
  }
}
