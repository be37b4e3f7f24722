const PATHS = {
  home: 'M2.5 7.5 8 3l5.5 4.5V13h-4V9.5h-3V13h-4z',
  containers: 'M8 2 13.5 5v6L8 14l-5.5-3V5zM2.5 5 8 8l5.5-3M8 8v6',
  resources: 'M8 2 13.5 5v6L8 14l-5.5-3V5zM2.5 5 8 8l5.5-3M8 8v6',
  explore: 'M2.5 13.5v-11M2.5 13.5h11M4.5 10.5l3-4 2.5 2 3.5-5',
  status: 'M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11zM8 8V5M8 10.8v.2',
  find: 'M7 2.8a4.2 4.2 0 1 0 0 8.4 4.2 4.2 0 0 0 0-8.4zM10.2 10.2l3.3 3.3',
  person: 'M8 2.5a2.6 2.6 0 1 0 0 5.2 2.6 2.6 0 0 0 0-5.2zM3 13.5c.4-2.7 2.4-4 5-4s4.6 1.3 5 4',
  more: 'M3.5 8h.01M8 8h.01M12.5 8h.01',
} as const

/** The name of a drawing. */
export type IconName = keyof typeof PATHS

/** One of the few line drawings of the frame; always beside a word or inside something named. */
export function Icon({ name }: { name: IconName }) {
  return (
    <svg
      viewBox="0 0 16 16"
      width="16"
      height="16"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.6"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d={PATHS[name]} />
    </svg>
  )
}

/** The compass of the brand. */
export function Compass() {
  return (
    <svg
      viewBox="0 0 20 20"
      width="20"
      height="20"
      fill="none"
      stroke="var(--accent)"
      strokeWidth="1.7"
      aria-hidden="true"
    >
      <circle cx="10" cy="10" r="8" />
      <path d="M10 4.2 12 10l-2 5.8L8 10z" fill="var(--accent)" stroke="none" />
    </svg>
  )
}
