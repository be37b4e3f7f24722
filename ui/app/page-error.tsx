import { Component, type ReactNode } from 'react'
import { EmptyState } from '../parts/empty-state.tsx'
import { useWords } from './words.ts'

/** Catches what a page throws, so that the frame stands and the way out is shown. */
export class PageError extends Component<{ children: ReactNode }, { error: Error | null }> {
  override state = { error: null as Error | null }

  static getDerivedStateFromError(error: Error) {
    return { error }
  }

  override render() {
    const { error } = this.state
    return error ? <Failed error={error} retry={() => this.setState({ error: null })} /> : this.props.children
  }
}

function Failed({ error, retry }: { error: Error; retry: () => void }) {
  const { words } = useWords()
  return (
    <section className="card">
      <EmptyState
        title={words.state.failed(location.pathname)}
        actions={
          <button type="button" className="btn primary" onClick={retry}>
            {words.state.tryAgain}
          </button>
        }
      >
        {error.message}
      </EmptyState>
    </section>
  )
}
