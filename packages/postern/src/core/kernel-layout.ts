import { FEW_SIZES, PLAN_HASHES, PLAN_SIZES } from "./literal-plan.ts";

/* Where what the kernels look at and find lies in their memory. */

/** Longest text held: a block read and an unfinished line before it. */
export const TEXT_BYTES: number = 2 << 20;
/** Kernels read whole vectors, so up to this many bytes beyond the text. */
const SLACK_BYTES: number = 64;
/** Lines of a block at most; a block with more is cut up in plain JavaScript. */
export const MAX_LINES: number = 1 << 17;
/** Bytes looked through at once for words: bounds what one call can find. */
export const SLICE_BYTES: number = 1 << 16;
/** Numbers that the hits of one slice may be: two each. */
export const MAX_HIT_NUMBERS: number = 1 << 17;
/** Tables of words of one plan at most: strides 8 or 4, 2, 1. */
const MAX_TABLES: number = 3;
/** Bytes of a page of WebAssembly memory. */
export const PAGE_BYTES: number = 1 << 16;
/** Different addresses of one item at most that are remembered. */
export const MAX_ADDRESSES: number = 8_192;
/** Lines looked at between two checks of how many addresses there are: the set never fills up. */
export const ADDRESS_LINES: number = 8_192;

/** Addresses at most that are looked for among the clients of lines, and slots to find them by (a power of two, sparsely used). */
export const MAX_SOUGHT_CLIENTS: number = 2_048;
/** Slots of the set of sought addresses. */
export const SOUGHT_SLOTS: number = 1 << 13;

/** Values of one line at most that are cut apart: no log of Exchange has half as many columns. */
export const MAX_VALUES: number = 512;
/** Lists of columns (one for each kind of header) whose values get numbers, and columns of each at most. */
export const MAX_COLUMN_LISTS: number = 256;
/** Columns of one list at most. */
export const MAX_LISTED_COLUMNS: number = 8;
/** The store of different values: how many, their bytes, and slots to find them by (a power of two, sparsely used). */
export const MAX_HELD_VALUES: number = 1 << 14;
/** Bytes of all values held. */
export const HELD_BYTES: number = 1 << 21;
/** Slots of the store of values. */
export const HELD_SLOTS: number = 1 << 16;
/** Values of one line that are longer together get no number. */
export const MAX_NUMBERED_BYTES: number = 2048;

/** The text of a block. */
export const TEXT: number = 0;
/** Where each line starts: four bytes. */
export const STARTS: number = TEXT + TEXT_BYTES + SLACK_BYTES;
/** Where each line ends: four bytes. */
export const ENDS: number = STARTS + MAX_LINES * 4;
/** The time of each line as a double: YYYYMMDDHHMMSS. */
export const STAMPS: number = ENDS + MAX_LINES * 4;
/** What was found last. */
export const HITS: number = STAMPS + MAX_LINES * 8;
/** Places and lengths of the literals of the plan in force. */
export const DIRS: number = HITS + (MAX_HIT_NUMBERS + 4) * 4;
/** Its literals. */
export const LITERALS: number = DIRS + PLAN_SIZES.dirs;
/** Its lists of words. */
export const HEADS: number = LITERALS + PLAN_SIZES.literals;
/** Which literals hold each of these words. */
export const ENTRIES: number = HEADS + PLAN_SIZES.heads;
/** Its tables for a few short literals. */
export const FEW: number = ENTRIES + PLAN_SIZES.entries;
/** The literals that these tables tell. */
export const GROUPS: number = FEW + PLAN_SIZES.few;
/** Its tables of words. */
export const TABLES: number = GROUPS + PLAN_SIZES.groups;
/** The set of addresses of an item. */
export const ADDRESSES: number = TABLES + MAX_TABLES * PLAN_HASHES;
/** Slots of that set, sparsely used. */
export const ADDRESS_PLACES: number = MAX_ADDRESSES * 4;
/** Where the values of the line end that was cut last. */
export const VALUE_ENDS: number = ADDRESSES + ADDRESS_PLACES * 4;
/** Places of the columns of each list. */
export const COLUMN_LISTS: number = VALUE_ENDS + MAX_VALUES * 4;
/** Room to put the values of a line side by side. */
export const SCRATCH: number = COLUMN_LISTS + MAX_COLUMN_LISTS * MAX_LISTED_COLUMNS * 4;
/** The store of values: their number, their bytes, slots, entries of 16 bytes, the values. */
export const HELD: number = SCRATCH + MAX_NUMBERED_BYTES + SLACK_BYTES;
/** A hash of each line's client. */
export const CLIENTS: number = HELD + 8 + HELD_SLOTS * 4 + MAX_HELD_VALUES * 16 + HELD_BYTES;
/** The set of sought addresses. */
export const SOUGHT: number = CLIENTS + MAX_LINES * 4;
/** One number for each line that must be looked at by itself, else 0. */
export const MARKS: number = SOUGHT + SOUGHT_SLOTS * 4;
/** Which combination of literals stands in a marked line. */
export const SETS: number = MARKS + MAX_LINES * 4;
/** Combinations of literals and values that are settled: how many, and slots to find them by, of four numbers each. */
export const SETTLED_SLOTS: number = 1 << 15;
/** Settled combinations at most. */
export const MAX_SETTLED: number = SETTLED_SLOTS / 2;
/** What is settled: how many combinations, four bytes of nothing, slots. */
export const SETTLED: number = SETS + MAX_LINES * 4;
/** A few numbers that a kernel gives back besides its result. */
export const SECONDS: number = SETTLED + 8 + SETTLED_SLOTS * 16;
/** Sets of a few texts that are looked for in single lines, and bytes of each. */
export const MAX_TEXT_SETS: number = 64;
/** From where a set lies to its groups, to the places of its texts, and to the texts. */
export const GROUPS_OF_TEXTS: number = FEW_SIZES.few;
/** See {@link GROUPS_OF_TEXTS}. */
export const DIRS_OF_TEXTS: number = GROUPS_OF_TEXTS + FEW_SIZES.groups;
/** See {@link GROUPS_OF_TEXTS}. */
export const LITERALS_OF_TEXTS: number = DIRS_OF_TEXTS + FEW_SIZES.dirs;
/** Bytes of one such set. */
export const TEXT_SET_BYTES: number = LITERALS_OF_TEXTS + FEW_SIZES.literals;
/** The sets. */
export const TEXT_SETS: number = SECONDS + 8;
/** All of it. */
export const MEMORY_BYTES: number = TEXT_SETS + MAX_TEXT_SETS * TEXT_SET_BYTES;
