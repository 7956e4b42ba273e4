import type { KnownSettings } from "./known-settings.ts";
import { quote, type Opinion, type SettingFacts } from "./lead.ts";
import { isHidingPlace, normalizeWindowsPath, PLACE_NAMES, placeOfPath } from "./windows-place.ts";

/** Judges a transport agent by the library that it loads and its factory. */
export function judgeTransportAgent({ values }: SettingFacts, known: KnownSettings): Opinion | null {
  const assembly = values["assemblyPath"] ?? "";
  const factory = values["classFactory"] ?? "";
  const path = normalizeWindowsPath(assembly);
  const place = placeOfPath(path);
  const isInstalled =
    place === "exchange" || /\\transportroles\\agents\\/u.test(path) || !/^[a-z]:|^\\\\/u.test(path);
  const entities = { files: [assembly] };
  const attack = ["T1505.002"];
  const named = `All mail passes through the agent ${quote(values["name"] ?? "")} (${quote(factory)} in ${quote(assembly)})`;
  if (isHidingPlace(place))
    return {
      kind: "transport-agent-backdoor",
      id: "configuration/agent-place",
      rung: "L2",
      confidence: "medium",
      text: `${named}, which lies in ${PLACE_NAMES[place]}.`,
      entities,
      attack,
    };
  if (known.hasAgentFactory(factory) && isInstalled) return null;
  return {
    kind: "transport-agent-unknown",
    id: "configuration/agent-unknown",
    confidence: isInstalled && !/^microsoft\.exchange\./iu.test(factory) ? "medium" : "low",
    text: `${named}, which is not among the agents that Exchange installs.`,
    entities,
    attack,
  };
}
