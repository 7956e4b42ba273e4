import type { IndicatorFile } from "../iocs/index.ts";
import type { Pack } from "./pack.ts";

/**
 * A pack's indicators, each address with the days in which it means something: the wider of its own and its campaign's, because a
 * list's days may begin with the report, and the attack came earlier. Null for a pack without indicators.
 */
export function datedIndicators(pack: Pack): IndicatorFile | null {
  const { indicators, window } = pack;
  if (indicators === null || window === null) return indicators;
  const addresses = indicators.addresses.map((row) => ({
    ...row,
    from: row.from === null || window.from < row.from ? window.from : row.from,
    to: row.to === null || window.to > row.to ? window.to : row.to,
  }));
  return { ...indicators, addresses };
}
