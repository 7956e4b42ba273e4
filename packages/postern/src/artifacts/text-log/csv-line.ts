/** The values of one CSV line. */
export interface CsvLine {
  readonly values: readonly string[];
  /** A quote that is opened and never closed: the value then runs to the end of the line. */
  readonly unclosedQuote: boolean;
}

/**
 * Splits one CSV line as Exchange and spreadsheets write it: a value may stand in double quotes, a doubled quote inside
 * them is one quote; a quote in the middle of an unquoted value is an ordinary character.
 */
export function splitCsv(line: string, delimiter: string): CsvLine {
  if (!line.includes('"')) return { values: line.split(delimiter), unclosedQuote: false };
  const values: string[] = [];
  let at = 0;
  for (;;) {
    if (line.charAt(at) !== '"') {
      const end = line.indexOf(delimiter, at);
      values.push(end < 0 ? line.slice(at) : line.slice(at, end));
      if (end < 0) return { values, unclosedQuote: false };
      at = end + 1;
      continue;
    }
    const quoted = readQuoted(line, at + 1, delimiter);
    values.push(quoted.value);
    if (quoted.next < 0) return { values, unclosedQuote: !quoted.closed };
    at = quoted.next;
  }
}

interface Quoted {
  readonly value: string;
  /** Start of the next value, or -1 at the end of the line. */
  readonly next: number;
  readonly closed: boolean;
}

function readQuoted(line: string, start: number, delimiter: string): Quoted {
  let value = "";
  let at = start;
  for (;;) {
    const quote = line.indexOf('"', at);
    if (quote < 0) return { value: value + line.slice(at), next: -1, closed: false };
    value += line.slice(at, quote);
    const after = line.charAt(quote + 1);
    if (after === '"') {
      value += '"';
      at = quote + 2;
    } else if (after === "") {
      return { value, next: -1, closed: true };
    } else if (after === delimiter) {
      return { value, next: quote + 2, closed: true };
    } else {
      value += '"'; // a stray quote inside a quoted value: keep it and go on
      at = quote + 1;
    }
  }
}
