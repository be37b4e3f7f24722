export function Containers() {
  return null
}
