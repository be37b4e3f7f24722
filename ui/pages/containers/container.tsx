export function ContainerPage() {
  return null
}
