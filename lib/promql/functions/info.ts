import type { CallCompiler } from './call-compiler.ts'
export const infoCompilers: Record<string, CallCompiler> = {}
