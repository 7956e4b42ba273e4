/** What a field of an event holds. `undefined` is an absent field, `null` one that is there without a value. */
export type FieldValue = string | number | null | undefined | readonly string[];

/** Reads a field of an event by its name. */
export type FieldGetter = (field: string) => FieldValue;

/**
 * The event's name, or names, of a rule's field. A field with several names has the values of all of them; a field that is
 * not mapped keeps its name.
 */
export type FieldMapping = Readonly<Record<string, string | readonly string[]>>;

/** How the value of a rule's field is read from an event. */
export type FieldReader = (get: FieldGetter) => FieldValue;

/** Makes the reader of a rule's field. */
export function compileFieldReader(field: string, mapping: FieldMapping): FieldReader {
  const names = namesOf(field, mapping);
  const [first = field] = names;
  if (names.length < 2) return (get) => get(first);
  return (get) => {
    let found: FieldValue = undefined;
    for (const name of names) found = joined(found, get(name));
    return found;
  };
}

/** The event's names of a rule's field. */
export function namesOf(field: string, mapping: FieldMapping): readonly string[] {
  const mapped = Object.hasOwn(mapping, field) ? mapping[field] : undefined;
  if (mapped === undefined) return [field];
  return typeof mapped === "string" ? [mapped] : mapped;
}

function joined(a: FieldValue, b: FieldValue): FieldValue {
  if (a === undefined || a === null) return b === undefined ? a : b;
  if (b === undefined || b === null) return a;
  return [...listOf(a), ...listOf(b)];
}

function listOf(value: string | number | readonly string[]): readonly string[] {
  if (typeof value === "string") return [value];
  return typeof value === "number" ? [String(value)] : value;
}
