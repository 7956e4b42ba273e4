import type { NotTaken } from "../model/index.ts";

/** What a collector says that it could not take. All texts are untrusted. */
export interface CollectionFacts {
  readonly definitions: readonly {
    readonly id: string;
    readonly files: number;
    readonly missing: readonly {
      readonly reason: NotTaken;
      readonly count: number;
      readonly example: string;
    }[];
  }[];
}
