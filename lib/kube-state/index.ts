export type { Family, LineWriter, ResourceFamilies } from './family.ts'
