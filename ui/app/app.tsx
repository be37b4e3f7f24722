import { MantineProvider } from '@mantine/core'
import { QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { BrowserRouter } from 'react-router'
import { ApiError } from '../lib/api.ts'
import { cssVariablesResolver, theme } from '../theme/variables.ts'
import type { Words } from '../words/en.ts'
import { Frame } from './frame.tsx'
import { pageNonce } from './nonce.ts'
import { SESSION, SessionGate } from './session.tsx'
import { remember } from './storage.ts'
import { loadWords, WordsContext, type Language } from './words.ts'

const queries = new QueryClient({
  // A session may end at any time: whoever is told so first brings back the way in.
  queryCache: new QueryCache({
    onError: (error, { queryKey }) => {
      if (error instanceof ApiError && error.status === 401 && queryKey[0] !== SESSION[0])
        void queries.invalidateQueries({ queryKey: SESSION })
    },
  }),
  defaultOptions: {
    queries: {
      refetchOnWindowFocus: false,
      retry: (count, error) => !(error instanceof ApiError && error.status < 500) && count < 2,
    },
  },
})

/** Everything that pages stand in: colours, words, answers and addresses. */
export function App(first: { language: Language; words: Words }) {
  const [spoken, setSpoken] = useState(first)
  const context = useMemo(
    () => ({
      ...spoken,
      speak: (language: Language) => {
        remember('binnacle-language', language)
        void changeTo(language, setSpoken)
      },
    }),
    [spoken],
  )
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariablesResolver}
      defaultColorScheme="auto"
      getStyleNonce={pageNonce}
      withStaticClasses
    >
      <WordsContext value={context}>
        <QueryClientProvider client={queries}>
          <BrowserRouter>
            <SessionGate>
              <Frame />
            </SessionGate>
          </BrowserRouter>
        </QueryClientProvider>
      </WordsContext>
    </MantineProvider>
  )
}

async function changeTo(
  language: Language,
  speak: (spoken: { language: Language; words: Words }) => void,
): Promise<void> {
  const words = await loadWords(language)
  document.documentElement.lang = language
  speak({ language, words })
}
