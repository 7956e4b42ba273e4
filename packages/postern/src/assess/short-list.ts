/** Up to `most` values by name, the others by number: `a, b, c and 4 more`. */
export function shortList(values: readonly string[], most: number = 3): string {
  if (values.length <= most) return values.join(", ");
  return `${values.slice(0, most).join(", ")} and ${String(values.length - most)} more`;
}
