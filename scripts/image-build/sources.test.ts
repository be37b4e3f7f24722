import assert from 'node:assert/strict'
import { test } from 'node:test'
import { linesOf, stanzasOf } from './sources.ts'

test("sources: of a file in deb822 form the release's own suites are kept, for every architecture", () => {
  const text = `Types: deb deb-src
# a comment
URIs: http://deb.debian.org/debian
Suites: bookworm bookworm-updates bookworm-backports
Components: main
Architectures: amd64
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
URIs: https://example.com/node
Suites: nodistro
Components: main

Types: deb-src
URIs: http://deb.debian.org/debian
Suites: bookworm
Components: main

Types: deb
URIs: http://deb.debian.org/debian-security
Suites: bookworm-security
Components: main
`
  assert.equal(
    stanzasOf(text, 'bookworm'),
    `Types: deb
URIs: http://deb.debian.org/debian
Suites: bookworm bookworm-updates
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
URIs: http://deb.debian.org/debian-security
Suites: bookworm-security
Components: main
`,
  )
})

test("sources: of a file in one-line form the release's own lines are kept, for every architecture", () => {
  const text = `# deb http://deb.debian.org/debian bookworm main
deb http://deb.debian.org/debian bookworm main contrib
deb [arch=amd64 signed-by=/a.gpg] http://deb.debian.org/debian bookworm-updates main
deb [ arch=amd64 ] http://security.debian.org bookworm-security main
deb-src http://deb.debian.org/debian bookworm main
deb http://deb.debian.org/debian bookworm-backports main
deb https://example.com cloud-bookworm main
`
  assert.equal(
    linesOf(text, 'bookworm'),
    `deb http://deb.debian.org/debian bookworm main contrib
deb [signed-by=/a.gpg] http://deb.debian.org/debian bookworm-updates main
deb http://security.debian.org bookworm-security main
`,
  )
})
