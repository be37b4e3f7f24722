import { Command, Option } from 'commander'
import { agentCommand } from './agent-command.ts'
import { completionScript, shells, type Shell } from './completion.ts'
import { examples } from './examples.ts'
import { exportCommand } from './export-command.ts'
import { importCommand } from './import-command.ts'
import { kubeStateCommand } from './kube-state-command.ts'
import { metricsApiCommand } from './metrics-api-command.ts'
import { serverCommand } from './server-command.ts'
import { readVersion } from './version.ts'

/** The whole command line. */
export function buildCommand(): Command {
  const program = new Command('binnacle')
    .description('The whole of Kubernetes monitoring in one program.')
    .version(readVersion().version, '-v, --version', 'print the version')
    .enablePositionalOptions()
    .configureHelp({ showGlobalOptions: true, sortSubcommands: false })
    .showHelpAfterError('(add --help for the flags and examples)')
    .addHelpText(
      'after',
      examples(
        'binnacle                       monitor this machine; the pages are at http://127.0.0.1:9090',
        'binnacle server --help         all flags of a role',
      ),
    )
  program.addCommand(serverCommand('up'), { isDefault: true })
  program.addCommand(serverCommand('server'))
  program.addCommand(agentCommand())
  program.addCommand(kubeStateCommand())
  program.addCommand(metricsApiCommand())
  program.addCommand(importCommand())
  program.addCommand(exportCommand())
  program.addCommand(versionCommand())
  program.addCommand(completionCommand(program))
  return program
}

/** Runs what the command line asks for; the program's exit code says how it went. */
export async function runCommand(argv: readonly string[]): Promise<void> {
  await buildCommand().parseAsync([...argv])
}

function versionCommand(): Command {
  return new Command('version')
    .description('print version, revision and runtime')
    .addOption(new Option('--output <format>', 'how').choices(['text', 'json']).default('text'))
    .addHelpText('after', examples('binnacle version --output json'))
    .action(({ output }: { output: string }) => {
      const version = readVersion()
      const text = `binnacle ${version.version} (revision ${version.revision}, ${version.built}), Node ${version.node}`
      process.stdout.write(`${output === 'json' ? JSON.stringify(version) : text}\n`)
    })
}

function completionCommand(program: Command): Command {
  return new Command('completion')
    .description('print the completion script of a shell')
    .argument('<shell>', shells.join(', '))
    .addHelpText(
      'after',
      examples(
        'source <(binnacle completion bash)',
        'binnacle completion fish > ~/.config/fish/completions/binnacle.fish',
      ),
    )
    .action((shell: string) => {
      if (!(shells as readonly string[]).includes(shell))
        program.error(`no completion for ${shell}: one of ${shells.join(', ')}`)
      process.stdout.write(completionScript(program, shell as Shell))
    })
}
