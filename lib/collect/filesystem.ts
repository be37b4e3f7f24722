import type { Collector, CollectContext } from './collector.ts'
import { Families } from './families.ts'
import { textFlag } from './flags.ts'
import { readMounts, type Mount } from './mounts.ts'
import { deviceFilter } from './pattern.ts'
import type { StatfsResult } from './probe.ts'

/** A mount that does not answer in this time counts as hanging. */
const STATFS_TIMEOUT_MS = 1000

/** Space and inodes of mounted file systems. */
export const filesystem: Collector = {
  name: 'filesystem',
  description: 'Exposes filesystem statistics, such as disk space used.',
  enabledByDefault: true,
  flags: [
    textFlag(
      'collector.filesystem.mount-points-exclude',
      '^/(dev|proc|run/credentials/.+|sys|var/lib/docker/.+|var/lib/containers/storage/.+)($|/)',
      'Regexp of mount points to exclude for filesystem collector. (mutually exclusive to mount-points-include)',
    ),
    textFlag(
      'collector.filesystem.mount-points-include',
      '',
      'Regexp of mount points to include for filesystem collector. (mutually exclusive to mount-points-exclude)',
    ),
    textFlag(
      'collector.filesystem.fs-types-exclude',
      '^(autofs|binfmt_misc|bpf|cgroup2?|configfs|debugfs|devpts|devtmpfs|fusectl|hugetlbfs|iso9660|mqueue|nsfs|overlay|proc|procfs|pstore|rpc_pipefs|securityfs|selinuxfs|squashfs|erofs|sysfs|tracefs)$',
      'Regexp of filesystem types to exclude for filesystem collector. (mutually exclusive to fs-types-include)',
    ),
    textFlag(
      'collector.filesystem.fs-types-include',
      '',
      'Regexp of filesystem types to include for filesystem collector. (mutually exclusive to fs-types-exclude)',
    ),
  ],
  open: (context) => {
    const isWantedMount = filterOf(context, 'mount-points')
    const isWantedType = filterOf(context, 'fs-types')
    return async () => {
      const all = readMounts(context.procfs, context.rootfs)
      context.probe.keepOnly(new Set(all.map((mount) => mount.path)))
      const mounts = distinct(all.filter((mount) => isWantedMount(mount.mountPoint) && isWantedType(mount.type)))
      const answers = await Promise.all(mounts.map((mount) => context.probe.statfs(mount.path, STATFS_TIMEOUT_MS)))
      const families = new Families()
      for (const [i, mount] of mounts.entries()) addMount(families, mount, answers[i])
      return families.done()
    }
  },
}

function filterOf(context: CollectContext, subject: string): (text: string) => boolean {
  const include = context.flags.text(`collector.filesystem.${subject}-include`)
  const exclude = include === '' ? context.flags.text(`collector.filesystem.${subject}-exclude`) : ''
  return deviceFilter(exclude, include)
}

function distinct(mounts: readonly Mount[]): Mount[] {
  return [...new Map(mounts.toReversed().map((mount) => [keyOf(mount), mount])).values()].toReversed()
}

function keyOf(mount: Mount): string {
  return `${mount.device}\n${mount.mountPoint}\n${mount.type}`
}

function addMount(families: Families, mount: Mount, answer: StatfsResult | 'late' | Error): void {
  const problem = answer === 'late' ? 'mountpoint timeout' : answer instanceof Error ? answer.message : ''
  const labels = ['device', mount.device, 'device_error', problem, 'fstype', mount.type, 'mountpoint', mount.mountPoint]
  const gauge = (name: string, help: string, value: number) =>
    families.gauge(`node_filesystem_${name}`, help, value, labels)
  const isBroken = answer === 'late' || answer instanceof Error
  gauge('device_error', 'Whether an error occurred while getting statistics for the given device.', isBroken ? 1 : 0)
  gauge('readonly', 'Filesystem read-only status.', mount.isReadOnly ? 1 : 0)
  if (isBroken) return
  gauge('size_bytes', 'Filesystem size in bytes.', answer.blocks * answer.blockBytes)
  gauge('free_bytes', 'Filesystem free space in bytes.', answer.free * answer.blockBytes)
  gauge('avail_bytes', 'Filesystem space available to non-root users in bytes.', answer.available * answer.blockBytes)
  gauge('files', 'Filesystem total file nodes.', answer.files)
  gauge('files_free', 'Filesystem total free file nodes.', answer.filesFree)
  gauge('purgeable_bytes', 'Filesystem space available including purgeable space (MacOS specific).', 0)
  const numbers = ['device', mount.device, 'major', mount.major, 'minor', mount.minor, 'mountpoint', mount.mountPoint]
  families.gauge('node_filesystem_mount_info', 'Filesystem mount information.', 1, numbers)
}
