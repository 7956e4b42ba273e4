/** The byte at `at`, 0 to 255. */
export function byteAt(at: i32): i32 {
  return <i32>load<u8>(<usize>at);
}
