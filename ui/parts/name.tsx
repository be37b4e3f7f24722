import { splitName } from '../lib/split-name.ts'
import './name.css'

/** A name that may lose its middle, never its last part: payments-api-7c9f…-x2x8p. In full on hover. */
export function Name({ name, className = '' }: { name: string; className?: string }) {
  const [head, tail] = splitName(name)
  return (
    <span className={`middle ${className}`} title={name}>
      <span>{head}</span>
      {tail !== '' && <span>{tail}</span>}
    </span>
  )
}
