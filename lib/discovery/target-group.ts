/** Targets that were found at one place, such as one pod or one EndpointSlice; the unit in which they come and go. */
export interface DiscoveredGroup {
  /** Where they were found, as Prometheus names it: `endpointslice/default/web-abcde`. A later group of the same source replaces this one. */
  readonly source: string
  /** The labels of each target, `__address__` among them; their order is kept. */
  readonly targets: readonly Readonly<Record<string, string>>[]
  /** Labels that all of them have. */
  readonly labels: Readonly<Record<string, string>>
}
