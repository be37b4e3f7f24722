/** A metric family of one resource: its head, and the lines that one object gives. Source: kube-state-metrics 2.20. */
export interface Family<T> {
  readonly name: string
  /** Without the mark of its stability. */
  readonly help: string
  readonly type: 'gauge' | 'counter' | 'info' | 'stateset'
  readonly stability: 'STABLE' | 'BETA' | 'ALPHA'
  /** The version since which it is deprecated, as `v1.5.0`. */
  readonly deprecatedSince?: string
  /** Written only where an option names it. */
  readonly optIn?: true
  /** Adds the lines of one object. Absent fields are Go's zero values: it never throws for them. */
  readonly lines: (object: T, out: LineWriter) => void
}

/** Where the lines of an object go; the family's name and the resource's own labels are written before each. */
export interface LineWriter {
  /** One line without further labels. */
  value(value: number): void
  /** One line with these labels. `names` is a constant of the family, so that its text is made once; `values` has the same length. */
  labelled(names: readonly string[], values: readonly string[], value: number): void
  /** The line of a `kube_X_labels` family: the allowed labels, sanitised and prefixed by `label_`; no line when none is allowed. */
  allowedLabels(labels: Readonly<Record<string, string>> | undefined): void
  /** The same for `kube_X_annotations`, prefixed by `annotation_`. */
  allowedAnnotations(annotations: Readonly<Record<string, string>> | undefined): void
}

/** What kube-state knows of one resource. */
export interface ResourceFamilies<T = never> {
  /** As the flag `--resources` names it: `pods`. */
  readonly resource: string
  /** Where it is served. */
  readonly group: string
  readonly version: string
  readonly kind: string
  /** As it stands in paths, where that is not the name of the resource. */
  readonly plural?: string
  readonly namespaced: boolean
  /** Names of the labels that every line of the resource begins with. */
  readonly baseNames: readonly string[]
  /** Their values for one object. */
  readonly base: (object: T) => readonly string[]
  readonly families: readonly Family<T>[]
}
