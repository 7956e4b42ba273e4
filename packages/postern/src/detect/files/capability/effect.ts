/** What a page does to the server, as far as a back door needs it. */
export type DeedId =
  | "run-code"
  | "run-unknown"
  | "run-program"
  | "load-program"
  | "compile-code"
  | "call-by-name"
  | "create-by-name"
  | "deserialize"
  | "transform-script"
  | "write-file"
  | "save-upload"
  | "read-file"
  | "list-folder"
  | "list-drives"
  | "change-file"
  | "run-sql"
  | "connect"
  | "relay"
  | "relay-http"
  | "fetch"
  | "fetch-to-file"
  | "native-code"
  | "hook-requests"
  | "read-keys"
  | "inventory"
  | "registry"
  | "accounts"
  | "include-chosen";

/** What calling a method, or reading a property, of a kind of thing does. */
export interface Effect {
  readonly deed?: DeedId;
  /** Arguments that are its data; default: all but `where`. */
  readonly data?: readonly number[];
  /** Argument that names the place (path, address, connection). */
  readonly where?: number;
  /** True when what the object holds belongs to the data, and the object's place is the place. */
  readonly self?: boolean;
  /** `self`: the object's place is the place, but what it holds is no data. */
  readonly at?: "self";
  /** Kind of the result. */
  readonly kind?: string;
  /** FROM bits of the result, beside those of object and arguments. */
  readonly from?: number;
  /** True when the arguments stay in the object. */
  readonly absorbs?: boolean;
  /** True when the result says nothing of what went in: numbers, answers of yes or no. */
  readonly clears?: boolean;
  /** The deed is done only when an argument is of this kind. */
  readonly needs?: string;
  /** True when the deed is done only by a call, not by reading the member. */
  readonly called?: boolean;
}

/** Something a page does, with what is known of data and place. */
export interface Deed {
  readonly id: DeedId;
  readonly at: number;
  /** FROM bits of the data. */
  readonly from: number;
  /** FROM bits of the place. */
  readonly where: number;
  /** The data, when it is a fixed text. */
  readonly text: string | null;
  /** The place, when it is a fixed text. */
  readonly place: string | null;
  /** Lower-case name of the routine that does it; empty for the page itself. */
  readonly within: string;
}
