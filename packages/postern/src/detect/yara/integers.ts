import type { RuleToken } from "./rule-tokens.ts";

/** A number computed from a file; null where the condition would find it undefined. */
export type Integer = (bytes: Uint8Array) => bigint | null;

/** Operators by how tightly they bind, loosest first, as in C. */
const LEVELS: readonly (readonly string[])[] = [["|"], ["^"], ["&"], ["<<", ">>"], ["+", "-"], ["*"]];
const TYPE = /^(u?)int(8|16|32)(be)?$/u;

/** Reads `uint32(0x3c) ^ 0x5a4d`: numbers, bytes at places, the size, and operators. Null for anything else. */
export function readInteger(tokens: readonly RuleToken[]): Integer | null {
  const reading = { tokens, at: 0 };
  const value = readLevel(reading, 0);
  return reading.at === tokens.length ? value : null;
}

interface Reading {
  readonly tokens: readonly RuleToken[];
  at: number;
}

function readLevel(reading: Reading, level: number): Integer | null {
  const operators = LEVELS[level];
  if (operators === undefined) return readOperand(reading);
  let left = readLevel(reading, level + 1);
  for (;;) {
    const operator = reading.tokens[reading.at]?.text ?? "";
    if (left === null || !operators.includes(operator)) return left;
    reading.at++;
    const right = readLevel(reading, level + 1);
    left = right === null ? null : combine(operator, left, right);
  }
}

function readOperand(reading: Reading): Integer | null {
  const token = reading.tokens[reading.at++];
  if (token?.kind === "number") {
    const value = toInteger(token.text);
    return value === null ? null : () => value;
  }
  if (token?.text === "filesize") return (bytes) => BigInt(bytes.length);
  if (token?.text === "(") return readEnclosed(reading);
  const type = TYPE.exec(token?.kind === "word" ? token.text : "");
  if (type === null || reading.tokens[reading.at++]?.text !== "(") return null;
  const place = readEnclosed(reading);
  return place === null
    ? null
    : bytesAt(place, { size: Number(type[2]) / 8, signed: type[1] === "", big: type[3] === "be" });
}

function readEnclosed(reading: Reading): Integer | null {
  const value = readLevel(reading, 0);
  return reading.tokens[reading.at++]?.text === ")" ? value : null;
}

function toInteger(text: string): bigint | null {
  const unit = text.endsWith("KB") ? 1024n : text.endsWith("MB") ? 1024n * 1024n : 1n;
  const digits = unit === 1n ? text : text.slice(0, -2);
  return /^(?:0x[0-9a-f]+|0o[0-7]+|\d+)$/iu.test(digits) ? BigInt(digits) * unit : null;
}

function bytesAt(
  place: Integer,
  type: { readonly size: number; readonly signed: boolean; readonly big: boolean },
): Integer {
  return (bytes) => {
    const start = place(bytes);
    if (start === null || start < 0n || start + BigInt(type.size) > BigInt(bytes.length)) return null;
    const found = [...bytes.subarray(Number(start), Number(start) + type.size)];
    const value = (type.big ? found : found.reverse()).reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
    return type.signed ? BigInt.asIntN(type.size * 8, value) : value;
  };
}

function combine(operator: string, left: Integer, right: Integer): Integer {
  return (bytes) => {
    const a = left(bytes);
    const b = right(bytes);
    if (a === null || b === null) return null;
    // 64 bits with a sign, as the engines compute; shifts by more than that give nothing.
    if (operator === "<<" || operator === ">>") {
      if (b < 0n) return null;
      if (b >= 64n) return 0n;
    }
    return BigInt.asIntN(64, calculate(operator, a, b));
  };
}

function calculate(operator: string, a: bigint, b: bigint): bigint {
  switch (operator) {
    case "|":
      return a | b;
    case "^":
      return a ^ b;
    case "&":
      return a & b;
    case "<<":
      return a << b;
    case ">>":
      return a >> b;
    case "+":
      return a + b;
    case "-":
      return a - b;
    default:
      return a * b;
  }
}
