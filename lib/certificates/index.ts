export { makeAuthority, signServing } from './elsewhere.ts'
export type { AuthorityOptions, CertificatePair, ServingOptions, Validity } from './make.ts'
