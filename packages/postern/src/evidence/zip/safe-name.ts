/** The name of an archive's entry, made harmless. */
export interface SafeName {
  /** Components, never empty, none of them `.` or `..`, no separators, no NUL. */
  readonly components: readonly string[];
  /** True when the name tried to leave the place where a careless tool would unpack it. */
  readonly escapes: boolean;
  readonly directory: boolean;
}

/** Longest name and most levels that are kept; deeper names only serve to exhaust us. */
const MAX_COMPONENTS = 256;

/** Cuts an entry's name into safe components. Postern never uses them as paths; other tools may see them in reports. */
export function safeName(rawName: string): SafeName {
  const parts = rawName.split(/[/\\]/);
  const drive = /^[A-Za-z]:/.test(rawName);
  const escapes = parts.includes("..") || rawName.includes("\0") || drive || /^[/\\]/.test(rawName);
  const components: string[] = [];
  for (const [index, part] of parts.entries()) {
    const clean = (index === 0 ? part.replace(/^([A-Za-z]):(?=.)/, "$1_") : part).replaceAll("\0", "_");
    if (clean !== "" && clean !== "." && clean !== "..") components.push(clean);
  }
  if (components.length > MAX_COMPONENTS) components.splice(0, components.length - MAX_COMPONENTS);
  if (components.length === 0) components.push("_");
  return { components, escapes, directory: /[/\\]$/.test(rawName) };
}
