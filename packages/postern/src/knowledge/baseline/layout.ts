/**
 * Layout of a list of genuine files (`knowledge/exchange-files.bin`, and each list that `postern baseline add` writes).
 * Integers are little-endian and unsigned. Sections follow each other without gaps, in this order:
 *
 * | Section | Size in bytes            | Holds                                                                                     |
 * | ------- | ------------------------ | ----------------------------------------------------------------------------------------- |
 * | header  | 32                       | see below                                                                                 |
 * | about   | `about`                  | JSON, UTF-8: `{ "asOf": day, "sources": [...], "builds": [...] }`, oldest build first     |
 * | sets    | sets * ceil(builds / 8)  | bit `i` (lowest first) of a set: build `i` is in it; shared by all pairs                   |
 * | hashes  | hashes * 16              | the first 16 bytes of each SHA-256, ascending                                             |
 * | counts  | hashes * 2               | number of pairs of each hash                                                              |
 * | pairs   | pairs * 6                | u32 path, u16 set: "this hash ships at this path with these builds", in order of hash     |
 * | blocks  | ceil(paths / 16) * 4     | where each block of 16 paths begins in the section after it                               |
 * | paths   | `pathBytes`              | ascending by bytes; each: u8 bytes shared with the one before (0 at the start of a block), u16 length of the rest, the rest |
 *
 * | Header offset | Size | Name                                  |
 * | ------------- | ---- | ------------------------------------- |
 * | 0             | 8    | `PSTNLIST`                            |
 * | 8             | 2    | version of the layout, 1              |
 * | 10            | 2    | builds                                |
 * | 12            | 2    | sets                                  |
 * | 14            | 2    | 0                                     |
 * | 16            | 4    | about                                 |
 * | 20            | 4    | hashes                                |
 * | 24            | 4    | paths                                 |
 * | 28            | 4    | pairs (`pathBytes` is what is left)   |
 *
 * Why 16 bytes of each hash: a genuine file is never judged, so nobody may be able to make a back door whose shortened hash is in the
 * list. With 128 bits and 2^17 hashes that takes 2^111 attempts; 8 bytes would take 2^47, which is an afternoon. By chance one of a million
 * files is in the list with a probability of 4e-28.
 */
export const MAGIC = "PSTNLIST";
/** Version of the layout. */
export const LAYOUT_VERSION = 1;
/** Bytes of the header. */
export const HEADER_BYTES = 32;
/** Bytes kept of each SHA-256. */
export const HASH_BYTES = 16;
/** Bytes of a pair. */
export const PAIR_BYTES = 6;
/** Paths that share their beginnings with the one before. */
export const PATHS_A_BLOCK = 16;
/** Longest path in bytes. */
export const MAX_PATH_BYTES = 2_000;
