/** What is inside the image, as SPDX 2.3 in JSON: https://spdx.github.io/spdx-spec/v2.3/ */
import { createHash } from 'node:crypto'
import type { Architecture } from './architecture.ts'
import type { NodePackage } from './node.ts'
import type { Package } from './packages.ts'
import type { Release } from './release.ts'

/** What the list is made from. */
export interface Contents {
  readonly architecture: Architecture
  readonly base: readonly Package[]
  readonly node: NodePackage
  readonly release: Release
  readonly createdS: number
}

interface SpdxPackage {
  readonly SPDXID: string
  readonly name: string
  readonly versionInfo: string
  readonly [field: string]: unknown
}

/** The licences of the files that are taken of a Debian package; the copyright files in the image have the last word. */
const debianLicenses: Readonly<Record<string, string>> = {
  'base-files': 'GPL-2.0-or-later',
  'ca-certificates': 'MPL-2.0 AND GPL-2.0-or-later',
  libc6: 'LGPL-2.1-or-later',
}
const GCC = 'GPL-3.0-or-later WITH GCC-exception-3.1'

/** The list as it is written into the image and beside it. */
export function sbomOf(contents: Contents): string {
  const { release, architecture, createdS } = contents
  const name = `binnacle-${release.version}-${architecture.name}`
  const packages = packagesOf(contents)
  const [image] = packages
  const document = {
    spdxVersion: 'SPDX-2.3',
    dataLicense: 'CC0-1.0',
    SPDXID: 'SPDXRef-DOCUMENT',
    name,
    documentNamespace: `https://spdx.org/spdxdocs/${name}-${identity(packages)}`,
    creationInfo: {
      created: new Date(createdS * 1000).toISOString().replace('.000Z', 'Z'),
      creators: [`Tool: binnacle-image-${release.version}`],
    },
    packages,
    relationships: [
      { spdxElementId: 'SPDXRef-DOCUMENT', relationshipType: 'DESCRIBES', relatedSpdxElement: image.SPDXID },
      ...packages.slice(1).map(({ SPDXID }) => ({
        spdxElementId: image.SPDXID,
        relationshipType: 'CONTAINS',
        relatedSpdxElement: SPDXID,
      })),
    ],
  }
  return `${JSON.stringify(document, undefined, 1)}\n`
}

function packagesOf({ architecture, base, node, release }: Contents): SpdxPackage[] {
  return [
    spdx('Image', 'binnacle', release.version, release.license, {
      primaryPackagePurpose: 'CONTAINER',
      purl: `pkg:oci/binnacle?arch=${architecture.name}&tag=${release.version}`,
    }),
    spdx('Release', 'binnacle', release.version, release.license, {
      primaryPackagePurpose: 'APPLICATION',
      purl: `pkg:generic/binnacle@${release.version}`,
      sourceInfo: `built from the commit ${release.revision}`,
    }),
    ...base.map(debianPackage),
    spdx('Node', 'node', node.version, node.license, {
      primaryPackagePurpose: 'APPLICATION',
      purl: `pkg:generic/node@${node.version}`,
      cpe: `cpe:2.3:a:nodejs:node.js:${node.version}:*:*:*:*:*:*:*`,
      sourceInfo: `${node.name}@${node.version} of the npm registry, without its symbols`,
      checksums: [{ algorithm: 'SHA512', checksumValue: hexOf(node.integrity) }],
    }),
    ...release.packages.map(({ name, version, license }) =>
      spdx(`Npm-${name}-${version}`, name, version, license, {
        primaryPackagePurpose: 'LIBRARY',
        purl: `pkg:npm/${name.replace('@', '%40')}@${version}`,
      }),
    ),
  ]
}

function debianPackage({ name, version, architecture, sha256 }: Package): SpdxPackage {
  const license = debianLicenses[name] ?? (/^(lib(atomic|gcc|stdc)|gcc-)/.test(name) ? GCC : 'NOASSERTION')
  return spdx(`Debian-${name}`, name, version, license, {
    primaryPackagePurpose: 'LIBRARY',
    supplier: 'Organization: Debian',
    purl: `pkg:deb/debian/${encodeURIComponent(name)}@${encodeURIComponent(version)}?arch=${architecture}`,
    checksums: [{ algorithm: 'SHA256', checksumValue: sha256 }],
  })
}

interface Details {
  readonly purl: string
  readonly cpe?: string
  readonly [field: string]: unknown
}

function spdx(
  id: string,
  name: string,
  version: string,
  license: string,
  { purl, cpe, ...details }: Details,
): SpdxPackage {
  const reference = (category: string, type: string, locator: string) => [
    { referenceCategory: category, referenceType: type, referenceLocator: locator },
  ]
  return {
    SPDXID: `SPDXRef-${id.replaceAll(/[^A-Za-z0-9.]+/g, '-')}`,
    name,
    versionInfo: version,
    downloadLocation: 'NOASSERTION',
    filesAnalyzed: false,
    licenseConcluded: 'NOASSERTION',
    licenseDeclared: license,
    copyrightText: 'NOASSERTION',
    ...details,
    externalRefs: [
      ...reference('PACKAGE-MANAGER', 'purl', purl),
      ...(cpe === undefined ? [] : reference('SECURITY', 'cpe23Type', cpe)),
    ],
  }
}

function hexOf(integrity: string): string {
  return Buffer.from(integrity.slice(integrity.indexOf('-') + 1), 'base64').toString('hex')
}

/** The same contents have the same name: a UUID made of their hash. */
function identity(packages: readonly SpdxPackage[]): string {
  const hash = createHash('sha256').update(JSON.stringify(packages)).digest('hex')
  const groups = /^(.{8})(.{4}).(.{3}).(.{3})(.{12})/.exec(hash)?.slice(1) ?? []
  return [groups[0], groups[1], `8${groups[2]}`, `8${groups[3]}`, groups[4]].join('-')
}
