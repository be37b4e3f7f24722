import type { CallCompiler } from './call-compiler.ts'
export const classicHistogramCompilers: Record<string, CallCompiler> = {}
