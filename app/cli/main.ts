#!/usr/bin/env node
import { refuseOldNode } from './node-version.ts'

refuseOldNode(process.versions.node)
const { runCommand } = await import('./command.ts')
await runCommand(process.argv)
