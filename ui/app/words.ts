import { createContext, use } from 'react'
import { en, type Words } from '../words/en.ts'

/** A language that the interface speaks. */
export type Language = 'en' | 'ko'

/** The languages by their own names. */
export const LANGUAGES: Record<Language, string> = { en: 'English', ko: '한국어' }

interface Spoken {
  words: Words
  language: Language
  speak: (language: Language) => void
}

/** What the page says and in which language. */
export const WordsContext = createContext<Spoken>({ words: en, language: 'en', speak: () => undefined })

/** The catalogue of a language; English is always there, the others load when asked for. */
export async function loadWords(language: Language): Promise<Words> {
  return language === 'ko' ? (await import('../words/ko.ts')).ko : en
}

/** The catalogue in use and its language. */
export function useWords(): Spoken {
  return use(WordsContext)
}
