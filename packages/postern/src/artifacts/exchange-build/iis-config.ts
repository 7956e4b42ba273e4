import { EXTENDED_PROTECTION } from "../../knowledge/index.ts";
import { decodeHead, decodeText, offsetCounter } from "./decoded-text.ts";
import { findExtendedProtection, type ExtendedProtection } from "./extended-protection.ts";
import type { BuildReader, MitigationObservation } from "./observation.ts";
import { MAX_OBSERVATIONS, withinLimit } from "./observation.ts";
import { findRewriteRules } from "./rewrite-rules.ts";

/** Reads the rewrite rules of mitigations in web.config and applicationHost.config, and Extended Protection. They state no build. */
export const iisConfigReader: BuildReader = {
  id: "iis-rewrite-config",
  title: "IIS configuration",
  identify: (head, name) => /\.config$/i.test(name) && /<configuration[\s>]/i.test(decodeHead(head)),
  parse: (bytes, { item }) => {
    const limited = withinLimit(bytes, item);
    const text = decodeText(limited.bytes);
    const offsetOf = offsetCounter(limited.bytes, text);
    const mitigations = findRewriteRules(text)
      .slice(0, MAX_OBSERVATIONS)
      .map((rule): MitigationObservation => ({
        server: null,
        mitigation: rule.mitigation,
        state: rule.enabled ? "applied" : "off",
        timeUtc: null,
        source: "IIS configuration",
        at: { item, offsetBytes: offsetOf(rule.offset), lengthBytes: rule.lengthChars, record: null },
      }));
    const protection = findExtendedProtection(text);
    if (protection !== null)
      mitigations.push({
        ...protectionState(protection),
        server: null,
        mitigation: EXTENDED_PROTECTION,
        timeUtc: null,
        source: "applicationHost.config",
        at: {
          item,
          offsetBytes: offsetOf(protection.offset),
          lengthBytes: protection.lengthChars,
          record: null,
        },
      });
    return { observations: [], mitigations, damage: limited.damage };
  },
};

/** Folders that are named one by one. */
const MAX_NAMED = 4;

function protectionState({
  on,
  without,
  folders,
}: ExtendedProtection): Pick<MitigationObservation, "state" | "detail"> {
  if (on) return { state: "applied" };
  if (without.length === folders) return { state: "off" };
  const more = without.length - MAX_NAMED;
  const named = without.slice(0, MAX_NAMED).join(", ");
  return { state: "off", detail: `missing on ${named}${more > 0 ? ` and ${String(more)} more` : ""}` };
}
