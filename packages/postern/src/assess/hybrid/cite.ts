import type { Citation } from "../../model/index.ts";
import { citeFile } from "../findings/citations.ts";
import type { CaseStatement } from "../state/index.ts";

/** Cites an exported object. */
export function citeStatement({ item, excerpt, at }: CaseStatement): Citation {
  return { ...citeFile(item, { offsetBytes: at.offsetBytes, excerpt }), length: at.lengthBytes };
}
