import { decodeHead } from "../exchange-build/decoded-text.ts";
import {
  MAX_SETTINGS,
  settingValues,
  type Setting,
  type SettingKind,
  type SettingReader,
} from "./setting.ts";
import { walkXml, type XmlElement } from "./xml-walk.ts";

// Elements and attributes: learn.microsoft.com/iis/configuration (system.applicationHost, system.webServer) and the ASP.NET
// configuration schema (system.web). applicationHost.config lies in %windir%\System32\inetsrv\config, copies of it in inetpub\history.

/** Reads modules, handlers, filters, virtual directories, keys and logging of applicationHost.config and web.config. */
export const iisSettingsReader: SettingReader = {
  id: "iis-configuration",
  title: "IIS configuration",
  source: "iis-configuration",
  identify: (head, name) => {
    if (!/\.config$/iu.test(name)) return false;
    const text = decodeHead(head);
    if (!/<configuration[\s>]/iu.test(text)) return false;
    return IIS_FILE.test(name) || /<system\.(?:applicationHost|webServer|web)[\s>]/u.test(text);
  },
  parse: (bytes, { item }) => {
    const settings: Setting[] = [];
    const labels: Label[] = [];
    const damage = walkXml(bytes, item, {
      open: (element) => {
        const location = follow(labels, element);
        const kind = kindOf(element);
        if (kind === null || settings.length >= MAX_SETTINGS) return;
        settings.push({
          kind,
          values: settingValues(element.attributes),
          location,
          excerpt: kind === "machine-key" ? withoutKeys(element.excerpt) : element.excerpt,
          at: element.at,
        });
      },
    });
    return { settings, damage };
  },
};

const IIS_FILE = /applicationhost|web\d?\.config$|webconfig\.config$/iu;

/** Names of a site, application or location that are in force for what lies deeper. */
interface Label {
  readonly depth: number;
  readonly text: string;
}

const LABELS: Readonly<Record<string, string>> = { location: "path", site: "name", application: "path" };

function follow(labels: Label[], { path, attributes }: XmlElement): string {
  while ((labels.at(-1)?.depth ?? 0) >= path.length) labels.pop();
  const attribute = LABELS[path.at(-1) ?? ""];
  const text = attribute === undefined ? "" : (attributes[attribute] ?? "");
  if (text !== "") labels.push({ depth: path.length, text: text.slice(0, 300) });
  return labels.map((label) => label.text).join("");
}

const ADD_KINDS: Readonly<Record<string, SettingKind>> = {
  globalModules: "native-module",
  modules: "managed-module",
  httpModules: "managed-module",
  handlers: "handler",
  httpHandlers: "handler",
  buildProviders: "build-provider",
};

/** A module that is only switched on by name (without a type) is judged where its image is given. */
function kindOf({ path, attributes }: XmlElement): SettingKind | null {
  const own = path.at(-1) ?? "";
  const parent = path.at(-2) ?? "";
  if (own === "add") {
    const kind = ADD_KINDS[parent] ?? null;
    return kind === "managed-module" && attributes["type"] === undefined ? null : kind;
  }
  if (own === "filter") return parent === "isapiFilters" ? "isapi-filter" : null;
  if (own === "virtualDirectory")
    return attributes["physicalPath"] === undefined ? null : "virtual-directory";
  if (own === "machineKey") return "machine-key";
  if (own === "httpLogging") return "http-logging";
  if (own === "logFile") return parent === "site" || parent === "siteDefaults" ? "log-file" : null;
  return null;
}

/** A key that is quoted in a report would be a secret given away: its first characters are enough to know it again. */
function withoutKeys(excerpt: string): string {
  return excerpt.replace(
    /\b((?:validation|decryption)Key\s{0,4}=\s{0,4}["'])([0-9A-F]{4})([0-9A-F]{8,})/giu,
    (_, name: string, first: string, rest: string) => `${name}${first}…(${String(rest.length)} more)`,
  );
}
