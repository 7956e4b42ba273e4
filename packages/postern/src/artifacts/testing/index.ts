export { makeMft, makeUsnJournal, type MadeChange, type MadeEntry } from "./file-system.ts";
