export { compareUtf8 } from './compare.ts'
