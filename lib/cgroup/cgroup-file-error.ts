/** A file of a cgroup whose content is not what the kernel writes. */
export class CgroupFileError extends Error {
  readonly code = 'CGROUP_FILE'

  constructor(file: string, message: string) {
    super(`read ${file}: ${message}`)
    this.name = 'CgroupFileError'
  }
}
