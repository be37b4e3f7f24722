import { lazy, Suspense, type ComponentProps } from 'react'
import { Skeleton } from '../../parts/skeleton.tsx'

/** Charts come after the words and tables of a page: these keep their places meanwhile. */
const LazyUseChart = lazy(async () => ({ default: (await import('./use-chart.tsx')).UseChart }))
const LazyNetworkChart = lazy(async () => ({ default: (await import('./network-chart.tsx')).NetworkChart }))

/** Use over time, against its request and limit. */
export function UseChart(props: ComponentProps<typeof LazyUseChart>) {
  return (
    <Suspense fallback={<Place className={props.className} height={(props.height ?? 170) + 130} />}>
      <LazyUseChart {...props} />
    </Suspense>
  )
}

/** What an object receives and sends. */
export function NetworkChart(props: ComponentProps<typeof LazyNetworkChart>) {
  return (
    <Suspense fallback={<Place height={230} />}>
      <LazyNetworkChart {...props} />
    </Suspense>
  )
}

function Place({ className = '', height }: { className?: string; height: number }) {
  return (
    <section className={`card ${className}`}>
      <div className="in">
        <Skeleton kind="chart" height={height} />
      </div>
    </section>
  )
}
