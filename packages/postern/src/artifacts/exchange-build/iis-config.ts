import { decodeHead, decodeText, offsetCounter } from "./decoded-text.ts";
import type { BuildReader, MitigationObservation } from "./observation.ts";
import { MAX_OBSERVATIONS, withinLimit } from "./observation.ts";
import { findRewriteRules } from "./rewrite-rules.ts";

/** Reads the rewrite rules of mitigations in web.config and applicationHost.config. They state no build. */
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
    return { observations: [], mitigations, damage: limited.damage };
  },
};
