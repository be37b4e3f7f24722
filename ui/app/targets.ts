import { useQuery } from '@tanstack/react-query'
import { getPrometheus, type Target } from '../lib/api.ts'

/** The targets and how their last scrape went. */
export function useTargets() {
  return useQuery({
    queryKey: ['targets'],
    queryFn: async ({ signal }) =>
      (await getPrometheus<{ activeTargets: Target[] }>('targets?state=active', signal)).activeTargets,
    refetchInterval: 10_000,
  })
}
