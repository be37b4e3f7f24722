import type { ChartSeries } from '../../lib/chart-model.ts'
import type { Need } from '../../parts/needs-you.tsx'

/** A gibibyte. */
export const GIB = 1024 ** 3

/** A steady wave around a height: the same at every call, so that pictures can be compared. */
export function wave(length: number, height: number, phase = 0): number[] {
  return Array.from(
    { length },
    (_, i) => height * (1 + 0.2 * Math.sin(phase + i / 7) + 0.06 * Math.sin(i * 1.7 + phase)),
  )
}

/** Series over a span, each a little lower than the one before. */
export function sampleSeries(
  names: string[],
  span: { fromMs: number; toMs: number; stepMs: number },
  height: number,
): ChartSeries[] {
  const { fromMs, toMs, stepMs } = span
  const first = Math.ceil(fromMs / stepMs) * stepMs
  const times = Array.from({ length: Math.floor((toMs - first) / stepMs) + 1 }, (_, i) => first + i * stepMs)
  return names.map((name, i) => ({
    name,
    points: { labels: {}, times, values: wave(times.length, height / (1 + i * 0.6), i) },
  }))
}

/** Two entries as a verdict gives them. */
export const sampleNeeds: Need[] = [
  {
    id: 'oom',
    level: 'crit',
    title: 'payments-api was OOM-killed 6 times in 36 minutes',
    detail:
      'Container api reached its 512 MiB limit each time, starting 7 minutes after the rollout of 2.14.0 at 15:15.',
    advice: 'Roll back to 2.13.4. A higher limit only delays the next kill: memory grows 41 MiB a minute.',
    path: '/containers',
  },
  {
    id: 'disk',
    level: 'warn',
    title: '/var/lib/docker will be full in about 9 days',
    detail: 'It is 86% full, 84 of 98 GiB, and has grown by 1.6 GiB a day.',
    advice: 'docker system prune would free 21 GiB.',
  },
]

/** More rows than a window shows. */
export const manyRows = Array.from({ length: 1000 }, (_, i) => ({
  name: `payments-api-7c9f6d5b84-${(i * 7919).toString(36).padStart(5, 'x')}`,
  value: (i * 37) % 101,
}))
