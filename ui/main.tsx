import { createRoot } from 'react-dom/client'
import { App } from './app/app.tsx'
import { loadWords } from './app/words.ts'
import './theme/tokens.css'
import './theme/fonts.css'
import '@mantine/core/styles/baseline.css'
import '@mantine/core/styles/default-css-variables.css'
import '@mantine/core/styles/global.css'
import '@mantine/core/styles/UnstyledButton.css'
import './theme/mantine.css'
import './theme/base.css'
import './app/frame.css'

const language = document.documentElement.lang === 'ko' ? 'ko' : 'en'
const words = await loadWords(language)
const root = document.getElementById('root')
if (root) createRoot(root).render(<App language={language} words={words} />)
