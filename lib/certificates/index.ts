export { makeAuthority, signServing } from './elsewhere.ts'
export type { AuthorityOptions, CertificatePair, ServingOptions, Validity } from './make.ts'
export { followServingFiles, readServingFiles, ServingFileError } from './serving-files.ts'
export type { ServingFiles, ServingFilesListener } from './serving-files.ts'
