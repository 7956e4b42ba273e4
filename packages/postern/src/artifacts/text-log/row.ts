import type { ArtifactId } from "../../model/index.ts";

/** A row that came without its header, read by its content. */
export interface BareRow {
  readonly artifact: ArtifactId;
  readonly names: readonly string[];
  readonly values: readonly string[];
  readonly surplus: readonly string[];
  readonly repairs: readonly string[];
}
