import { at } from "./clock.ts";
import type { ChainPlace } from "./chain.ts";
import { INSTALL_FOLDER } from "./exchange-logs.ts";
import type { Stage } from "./stage.ts";

const SETTINGS_FILE = "Windows/System32/inetsrv/config/applicationHost.config";
/** When the server was set up. */
const SET_UP = at("2020-12-02T04:20:10Z");

/** A short applicationHost.config with entries that every Exchange server has. */
export function writeWebServerSettings(stage: Stage): void {
  stage.tree.file(`${stage.drive}/${SETTINGS_FILE}`, settings([]), SET_UP);
}

/** The same with a module of the intruder's, which needs no page. No such library exists in the evidence. */
export function writeModuleTrace({ back, ledger }: ChainPlace, timeMs: number): void {
  const path = `${back.drive}/${SETTINGS_FILE}`;
  const module = '<add name="StaticCacheModule" image="C:\\Windows\\Temp\\statcach.dll" />';
  back.tree.file(path, settings([module]), timeMs);
  ledger.plant("iis-module", path, timeMs, module);
}

function settings(modules: readonly string[]): string {
  const install = `C:\\${INSTALL_FOLDER.replaceAll("/", "\\")}\\`;
  const inetsrv = "%windir%\\System32\\inetsrv\\";
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    "<configuration>",
    "    <system.applicationHost>",
    "        <sites>",
    '            <site name="Default Web Site" id="1">',
    '                <application path="/owa" applicationPool="MSExchangeOWAAppPool">',
    `                    <virtualDirectory path="/" physicalPath="${install}FrontEnd\\HttpProxy\\owa" />`,
    "                </application>",
    '                <application path="/ecp" applicationPool="MSExchangeECPAppPool">',
    `                    <virtualDirectory path="/" physicalPath="${install}FrontEnd\\HttpProxy\\ecp" />`,
    "                </application>",
    "            </site>",
    "            <siteDefaults>",
    '                <logFile logFormat="W3C" directory="%SystemDrive%\\inetpub\\logs\\LogFiles" />',
    "            </siteDefaults>",
    "        </sites>",
    "    </system.applicationHost>",
    "    <system.webServer>",
    "        <globalModules>",
    ...[
      `<add name="UriCacheModule" image="${inetsrv}cachuri.dll" />`,
      `<add name="HttpLoggingModule" image="${inetsrv}loghttp.dll" />`,
      `<add name="kerbauth" image="${install}Bin\\kerbauth.dll" />`,
      ...modules,
    ].map((line) => `            ${line}`),
    "        </globalModules>",
    '        <httpLogging dontLog="false" />',
    "    </system.webServer>",
    "</configuration>",
    "",
  ].join("\r\n");
}
