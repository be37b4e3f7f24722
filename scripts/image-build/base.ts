import { addDirectory, addFile, addParents, readTar } from './layer.ts'
import { ImageError } from './run.ts'
import type { Tree } from './layer.ts'
import type { Archive, Package } from './packages.ts'

/** Whom the image runs as; also the owner of `/data`. */
export const USER = 65532

/** What Node is linked against, the certificates of public authorities, and Debian's own name and licences. */
const names = ['base-files', 'ca-certificates', 'libatomic1', 'libc6', 'libgcc-s1', 'libstdc++6']

/** What is taken of these packages: libraries, licences, and the few files that libraries read. */
const kept = [
  /^usr\/lib(64)?\/([^/]+\/)?[^/]+\.so(\.[^/]+)?$/,
  /^usr\/lib\/os-release$/,
  /^usr\/share\/common-licenses\//,
  /^usr\/share\/doc\/[^/]+(\/copyright)?$/,
  /^etc\/(os-release|debian_version|host\.conf|ld\.so\.conf\.d\/.*)$/,
]

const passwd = `root:x:0:0:root:/root:/sbin/nologin
nobody:x:65534:65534:nobody:/nonexistent:/sbin/nologin
nonroot:x:${USER}:${USER}:nonroot:/data:/sbin/nologin
`
const group = `root:x:0:\ntty:x:5:\nnogroup:x:65534:\nnonroot:x:${USER}:\n`

/** Fetches the packages of the base. */
export async function fetchBase(archive: Archive): Promise<readonly Package[]> {
  const packages = await archive.fetch(names)
  // The licence of GCC's libraries lies in a package that is named after the compiler's version.
  const gcc = /\bgcc-\d+-base\b/.exec(packages.find(({ name }) => name === 'libgcc-s1')?.control ?? '')?.[0]
  return gcc === undefined ? packages : [...packages, ...(await archive.fetch([gcc]))]
}

/** The lowest layer: what an image of Debian needs to run Node, an empty `/data`, and what scanners look for. */
export async function baseTree(packages: readonly Package[]): Promise<Tree> {
  const tree: Tree = new Map()
  let newestS = 0
  const certificates: [string, Buffer][] = []
  for (const { name, file, control } of packages) {
    const content = merged(await readTar(['dpkg-deb', '--fsys-tarfile', file]))
    for (const [path, entry] of content) {
      newestS = Math.max(newestS, entry.mtimeS)
      if (/^usr\/share\/ca-certificates\/.*\.crt$/.test(path)) certificates.push([path, entry.body ?? Buffer.alloc(0)])
      else if (entry.type !== 'directory' && kept.some((pattern) => pattern.test(path))) tree.set(path, entry)
    }
    // Where scanners look for the packages of an image without a package manager.
    addFile(tree, `var/lib/dpkg/status.d/${name}`, control, newestS)
  }
  addFile(tree, 'etc/ssl/certs/ca-certificates.crt', bundleOf(certificates), newestS)
  addOwnFiles(tree, newestS)
  addParents(tree, newestS)
  return tree
}

function addOwnFiles(tree: Tree, mtimeS: number): void {
  addFile(tree, 'etc/passwd', passwd, mtimeS)
  addFile(tree, 'etc/group', group, mtimeS)
  addFile(tree, 'etc/nsswitch.conf', 'hosts: files dns\n', mtimeS)
  addDirectory(tree, 'tmp', mtimeS, 0o1777)
  addDirectory(tree, 'data', mtimeS, 0o700, USER)
  for (const folder of ['dev', 'proc', 'sys', 'run', 'root']) addDirectory(tree, folder, mtimeS)
  for (const folder of ['usr/bin', 'usr/sbin']) addDirectory(tree, folder, mtimeS)
  for (const folder of ['bin', 'lib', 'sbin']) link(tree, folder, mtimeS)
  if ([...tree.keys()].some((path) => path.startsWith('usr/lib64/'))) link(tree, 'lib64', mtimeS)
}

function link(tree: Tree, folder: string, mtimeS: number): void {
  tree.set(folder, { type: 'symlink', mode: 0o777, owner: 0, mtimeS, target: `usr/${folder}` })
}

/** Debian 12 still packs some files below /lib and /lib64, which are links into /usr on every installed system. */
function merged(content: Tree): Tree {
  const out: Tree = new Map()
  for (const [path, entry] of content) out.set(/^(bin|lib|lib64|sbin)\//.test(path) ? `usr/${path}` : path, entry)
  return out
}

function bundleOf(certificates: readonly [string, Buffer][]): string {
  if (certificates.length === 0) throw new ImageError('the package ca-certificates holds no certificate')
  const sorted = certificates.toSorted(([a], [b]) => (a < b ? -1 : 1))
  return sorted.map(([, body]) => `${body.toString().trimEnd()}\n`).join('')
}
