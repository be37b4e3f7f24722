export { makeAuthority, signServing } from './make.ts'
export type { AuthorityOptions, CertificatePair, ServingOptions, Validity } from './make.ts'
