import type { Damage } from "../../model/index.ts";
import { walkCliXml } from "../exchange-build/cli-xml.ts";
import { decodeHead } from "../exchange-build/decoded-text.ts";
import { hasColumns, readPrintedTable } from "./printed-table.ts";
import { MAX_SETTINGS, settingValues, type Setting, type SettingReader } from "./setting.ts";
import { LIST_HEAD_BYTES, LIST_NAME, readList } from "./transport-agents.ts";

/** Reads `Get-WebGlobalModule | Format-List`. */
export const moduleListReader: SettingReader = {
  id: "iis-modules-list",
  title: "IIS modules (Get-WebGlobalModule)",
  source: "iis-configuration",
  identify: (head, name) => {
    if (!LIST_NAME.test(name)) return false;
    const text = decodeHead(head.subarray(0, LIST_HEAD_BYTES));
    return /^Image\s{0,40}:/mu.test(text) && /^Precondition\s{0,40}:/imu.test(text);
  },
  parse: (bytes, { item }) => ({
    settings: readList(bytes, item, ({ Name: name, Image: image }) =>
      image === undefined ? null : { name, image },
    ).map((entry) => ({ ...entry, kind: "native-module" as const })),
    damage: [],
  }),
};

/** Reads `Get-WebGlobalModule` as it prints itself: a table. */
export const moduleTableReader: SettingReader = {
  id: "iis-modules-table",
  title: "IIS modules (Get-WebGlobalModule, table)",
  source: "iis-configuration",
  identify: (head, name) =>
    LIST_NAME.test(name) && hasColumns(head.subarray(0, LIST_HEAD_BYTES), ["name", "image", "precondition"]),
  parse: (bytes, { item }) => {
    const { settings, damage } = readPrintedTable(bytes, item, {
      needed: "image",
      toValues: ({ name, image }) => (image === undefined || image === "" ? null : { name, image }),
    });
    return { settings: settings.map((entry) => ({ ...entry, kind: "native-module" as const })), damage };
  },
};

/**
 * Reads the module inventory of HealthChecker (an Export-Clixml with `ModuleList`: name, path, signature).
 * Source: github.com/microsoft/CSS-Exchange, Diagnostics/HealthChecker/DataCollection/ExchangeInformation/IISInformation.
 */
export const moduleInventoryReader: SettingReader = {
  id: "iis-modules-inventory",
  title: "IIS modules (HealthChecker)",
  source: "iis-configuration",
  identify: (head) => {
    if (!/^\s{0,8}<Objs\s/u.test(decodeHead(head.subarray(0, 64)))) return false;
    const text = decodeHead(head);
    return text.includes('N="ModuleList"') && text.includes('N="Signed"');
  },
  parse: (bytes, { item }) => {
    const settings: Setting[] = [];
    let module: Record<string, string> = {};
    const damage: readonly Damage[] = walkCliXml(bytes, item, {
      value: ({ path, text, at }) => {
        const own = path.at(-1) ?? "";
        if (!path.includes("ModuleList")) return;
        if (own === "Name") module = { name: text };
        if (own === "Signed" || own === "Signer" || own === "IsMicrosoftSigned") module[own] = text;
        if (own === "Path") module = { ...module, image: text };
        if (own !== "IsMicrosoftSigned" && !(own === "Signed" && text === "false")) return;
        if (module["image"] === undefined || settings.length >= MAX_SETTINGS) return;
        const values = settingValues(module);
        const excerpt = Object.entries(values).map(([name, value]) => `${name}: ${value}`);
        settings.push({ kind: "native-module", values, location: "", excerpt: excerpt.join("\n"), at });
      },
      objectEnd: () => undefined,
    });
    return { settings, damage };
  },
};
