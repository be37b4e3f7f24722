import { isCollection, isNode, isPair, isScalar, parseDocument, visit } from 'yaml'

/** Fields of Prometheus' configuration whose values are secrets, wherever they stand. */
const secretFields = new Set([
  'password',
  'credentials',
  'bearer_token',
  'client_secret',
  'secret_key',
  'key',
  'secrets',
])

/**
 * The YAML with every secret value as `<secret>`, passwords in URLs as well, and without comments: they may hold what
 * was commented out.
 */
export function hideSecrets(text: string): string {
  const document = parseDocument(text)
  document.comment = null
  document.commentBefore = null
  visit(document, (_, node) => {
    if (isPair(node) && isScalar(node.key) && secretFields.has(String(node.key.value)))
      node.value = document.createNode(isCollection(node.value) ? ['<secret>'] : '<secret>')
    if (isScalar(node) && typeof node.value === 'string') node.value = withoutPassword(node.value)
    if (isNode(node)) node.comment = node.commentBefore = null
  })
  return document.contents === null ? '' : document.toString()
}

function withoutPassword(url: string): string {
  return url.replace(/^(\w+:\/\/[^/:@]*):[^/@]+@/, '$1:<secret>@')
}
