import type { CallCompiler } from './call-compiler.ts'
export const histogramPartCompilers: Record<string, CallCompiler> = {}
