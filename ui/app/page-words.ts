import { use } from 'react'
import { clusterHomeEn, type ClusterHomeWords } from '../words/en-cluster-home.ts'
import { targetsEn, type TargetWords } from '../words/en-targets.ts'
import { useWords, type Language } from './words.ts'

/**
 * Catalogues of single pages: they come with their page, the Korean ones when the page speaks Korean. A promise is made
 * once, so that whoever waits for it waits for the same one.
 */
const korean: { clusterHome?: Promise<ClusterHomeWords>; targets?: Promise<TargetWords> } = {}

async function clusterHomeInKorean(): Promise<ClusterHomeWords> {
  return (await import('../words/ko-cluster-home.ts')).clusterHomeKo
}

async function targetsInKorean(): Promise<TargetWords> {
  return (await import('../words/ko-targets.ts')).targetsKo
}

function clusterHomeOf(language: Language): Promise<ClusterHomeWords> | undefined {
  return language === 'en' ? undefined : (korean.clusterHome ??= clusterHomeInKorean())
}

function targetsOf(language: Language): Promise<TargetWords> | undefined {
  return language === 'en' ? undefined : (korean.targets ??= targetsInKorean())
}

/** What Home of a cluster says. */
export function useClusterHomeWords(): ClusterHomeWords {
  const coming = clusterHomeOf(useWords().language)
  return coming === undefined ? clusterHomeEn : use(coming)
}

/** What the pages of targets and monitors say. */
export function useTargetWords(): TargetWords {
  const coming = targetsOf(useWords().language)
  return coming === undefined ? targetsEn : use(coming)
}
