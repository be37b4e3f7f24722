import type { Command } from 'commander'

export const shells = ['bash', 'zsh', 'fish'] as const
export type Shell = (typeof shells)[number]

/** A script that completes commands and flags, made from the commands themselves. */
export function completionScript(program: Command, shell: Shell): string {
  const commands = program.commands.map((command) => ({
    name: command.name(),
    description: command.description(),
    flags: command.options.map((option) => ({
      name: option.long ?? option.short ?? '',
      description: option.description,
    })),
  }))
  if (shell === 'fish') return fish(commands)
  return shell === 'bash' ? bash(commands) : zsh(commands)
}

interface Completed {
  readonly name: string
  readonly description: string
  readonly flags: readonly { readonly name: string; readonly description: string }[]
}

function bash(commands: readonly Completed[]): string {
  const cases = commands.map(
    (command) => `    ${command.name}) words="${command.flags.map((flag) => flag.name).join(' ')} --help" ;;`,
  )
  return `_binnacle() {
  local words cur="\${COMP_WORDS[COMP_CWORD]}"
  case "\${COMP_WORDS[1]}" in
${cases.join('\n')}
    *) words="${commands.map((command) => command.name).join(' ')} --help --version" ;;
  esac
  [ "$COMP_CWORD" -eq 1 ] && words="${commands.map((command) => command.name).join(' ')} --help --version"
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -o default -F _binnacle binnacle
`
}

function zsh(commands: readonly Completed[]): string {
  return `#compdef binnacle\nautoload -U bashcompinit && bashcompinit\n${bash(commands)}`
}

function fish(commands: readonly Completed[]): string {
  const lines = commands.flatMap((command) => [
    `complete -c binnacle -n __fish_use_subcommand -f -a ${command.name} -d ${quote(command.description)}`,
    ...command.flags.map(
      (flag) =>
        `complete -c binnacle -n '__fish_seen_subcommand_from ${command.name}' -l ${flag.name.replace(/^--/, '')} -d ${quote(flag.description)}`,
    ),
  ])
  return `${lines.join('\n')}\n`
}

function quote(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}
