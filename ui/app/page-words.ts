import { use } from 'react'
import { clusterHomeEn, type ClusterHomeWords } from '../words/en-cluster-home.ts'
import { targetsEn, type TargetWords } from '../words/en-targets.ts'
import { useWords } from './words.ts'

/** Catalogues of single pages: they come with their page, the Korean ones when the page speaks Korean. */
let clusterHomeKo: Promise<ClusterHomeWords> | undefined
let targetsKo: Promise<TargetWords> | undefined

/** What Home of a cluster says. */
export function useClusterHomeWords(): ClusterHomeWords {
  const { language } = useWords()
  if (language === 'en') return clusterHomeEn
  clusterHomeKo ??= import('../words/ko-cluster-home.ts').then((module) => module.clusterHomeKo)
  return use(clusterHomeKo)
}

/** What the pages of targets and monitors say. */
export function useTargetWords(): TargetWords {
  const { language } = useWords()
  if (language === 'en') return targetsEn
  targetsKo ??= import('../words/ko-targets.ts').then((module) => module.targetsKo)
  return use(targetsKo)
}
