import { useQuery } from '@tanstack/react-query'
import { getOwn, getPrometheus, type Target } from '../lib/api.ts'
import type { MonitorReport } from '../lib/monitor-reports.ts'
import type { TargetPage } from '../lib/target-page.ts'

/** The targets and how their last scrape went. */
export function useTargets() {
  return useQuery({
    queryKey: ['targets'],
    queryFn: async ({ signal }) =>
      (await getPrometheus<{ activeTargets: Target[] }>('targets?state=active', signal)).activeTargets,
    refetchInterval: 10_000,
  })
}

/** Targets, what is not scraped and why, and which pools are only tried; without the list of drops where a page shows none. */
export function useTargetPage(withDropped: boolean) {
  return useQuery({
    queryKey: ['target-page', withDropped],
    queryFn: ({ signal }) => getOwn<TargetPage>(withDropped ? 'targets' : 'targets?dropped=0', signal),
    refetchInterval: 10_000,
  })
}

/** What became of each object that asks to be scraped. */
export function useMonitors(isWanted: boolean) {
  return useQuery({
    queryKey: ['monitors'],
    queryFn: ({ signal }) => getOwn<{ reports: MonitorReport[] }>('cluster/monitors', signal),
    refetchInterval: 10_000,
    enabled: isWanted,
  })
}
