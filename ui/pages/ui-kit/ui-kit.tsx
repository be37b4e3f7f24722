export function UiKit() {
  return null
}
