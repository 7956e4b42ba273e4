import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { describeWebFile, identifyWebFile, parseCompiled, pathInWebFolder, webFolderOf } from "./index.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const item = (path: string) => ({ name: path.split(/[\\/]/u).at(-1) ?? "", logicalPath: path, origin: path });
const INSTALL = "C:\\Program Files\\Microsoft\\Exchange Server\\V15\\";

const COMPILED = `<?xml version="1.0" encoding="utf-8"?>
<preserve resultType="3" virtualPath="/aspnet_client/supp0rt.aspx" hash="1a2b" filehash="ff00" flags="110000" assembly="App_Web_abcd1234" type="ASP.supp0rt_aspx">
    <filedeps>
        <filedep name="/aspnet_client/supp0rt.aspx" />
    </filedeps>
</preserve>`;

describe("web folders", () => {
  it.each([
    [`${INSTALL}FrontEnd\\HttpProxy\\owa\\auth\\logon.aspx`, "owa-auth"],
    ["e:\\exchange\\frontend\\httpproxy\\OWA\\AUTH\\Current\\themes\\x.aspx", "owa-auth"],
    [`${INSTALL}FrontEnd\\HttpProxy\\ecp\\auth\\TimeoutLogout.aspx`, "ecp-auth"],
    ["C:\\inetpub\\wwwroot\\aspnet_client\\system_web\\a1b2c3d4.aspx", "aspnet-client"],
    [`${INSTALL}FrontEnd\\HttpProxy\\OAB\\x.aspx`, "oab"],
    [`${INSTALL}FrontEnd\\HttpProxy\\rpc\\global.asax`, "frontend-other"],
    [`${INSTALL}ClientAccess\\ecp\\about.aspx`, "clientaccess"],
    ["D:/inetpub/wwwroot/iisstart.aspx", "wwwroot"],
    [
      "C:\\Windows\\Microsoft.NET\\Framework64\\v4.0.30319\\Temporary ASP.NET Files\\owa\\a\\b\\App_Web_x.dll",
      "temporary-aspnet",
    ],
    ["C:\\inetpub\\wwwroot\\aspnet_client. \\x.aspx", "aspnet-client"],
  ])("%s lies in %s", (path, folder) => {
    expect(webFolderOf(path)).toBe(folder);
  });

  it.each([
    "C:\\Users\\admin\\Desktop\\x.aspx",
    "C:\\my-aspnet_client\\x.aspx",
    "C:\\inetpub\\wwwroot\\aspnet_client",
    "",
  ])("%s lies in no folder of pages or is a folder itself", (path) =>
    expect(["wwwroot", null]).toContain(webFolderOf(path)),
  );

  it("gives the path below the folder in lower case", () => {
    expect(pathInWebFolder(`${INSTALL}FrontEnd\\HttpProxy\\owa\\auth\\Current\\A.aspx`)).toBe(
      "current/a.aspx",
    );
    expect(pathInWebFolder("C:\\x.aspx")).toBeNull();
  });
});

describe("kinds of web files", () => {
  it.each([
    ["C:\\x\\a.ASPX", "", "page"],
    ["C:\\x\\a.ashx", "", "handler"],
    ["C:\\x\\global.asax", "", "application"],
    ["C:\\x\\a.asp", "", "classic-asp"],
    ["C:\\x\\logon.aspx.cdcab7d2.compiled", "", "compiled"],
    ["C:\\x\\App_Web_0a1b2c3d.dll", "MZ", "app-web-dll"],
    ["C:\\inetpub\\wwwroot\\web.config", "<configuration/>", "config"],
    ["C:\\x\\web.config", "<?xml version='1.0'?><configuration/><!-- <% x %> -->", "config"],
    ["C:\\x\\a.txt", `<%@ Page Language="C#" %>`, "renamed-page"],
    ["C:\\x\\a.gif", `GIF89a<%@ Page Language="C#" %>`, "renamed-page"],
    ["C:\\x\\mail.pst", `!BDN\u0000\u0000<script runat = "server">`, "renamed-page"],
    [
      "C:\\x\\a.txt",
      "OfflineAddressBooks : \r\nInternalUrl : https://a/OAB\r\nExternalUrl : http://f/\r\n",
      "oab-dump",
    ],
  ])("%s is understood", (path, head, kind) => {
    expect(identifyWebFile(item(path), bytes(head))).toBe(kind);
  });

  it.each([
    ["C:\\x\\app.config", "<configuration/>"],
    ["C:\\x\\ECPServer20210303-1.log", `#Software: Microsoft Exchange\r\n<script runat="server">`],
    ["C:\\x\\a.html", "<html><body>plain</body></html>"],
    ["C:\\x\\cert.cer", "0\u0082"],
    ["C:\\x\\a.dll", "MZ"],
  ])("%s is no web file", (path, head) => {
    expect(identifyWebFile(item(path), bytes(head))).toBeNull();
  });

  it("recognises a page in UTF-16", () => {
    const wide = Buffer.from(`\uFEFF<%@ Page Language="C#" %>`, "utf16le");
    expect(identifyWebFile(item("C:\\x\\a.txt"), wide)).toBe("renamed-page");
  });

  it("answers for any bytes and any name without failing", () => {
    fc.assert(
      fc.property(fc.string(), fc.uint8Array({ maxLength: 300 }), (name, head) => {
        const facts = describeWebFile({ name, logicalPath: null, origin: name }, head);
        expect(facts.name).toBe(name);
      }),
    );
  });
});

describe("records of compiled pages", () => {
  it("names the page, the assembly and the sources", () => {
    expect(parseCompiled(bytes(COMPILED))).toEqual({
      kind: "compiled-page",
      virtualPath: "/aspnet_client/supp0rt.aspx",
      assembly: "App_Web_abcd1234",
      type: "ASP.supp0rt_aspx",
      dependencies: ["/aspnet_client/supp0rt.aspx"],
    });
  });

  it("gives the page or says what is wrong, wherever the file is cut", () => {
    const whole = bytes(COMPILED);
    for (let end = 0; end < whole.length; end++) {
      const result = parseCompiled(whole.subarray(0, end));
      if (result.kind === "malformed") expect(result.note).not.toBe("");
      else expect(result.virtualPath).toBe("/aspnet_client/supp0rt.aspx");
    }
  });

  it("survives any bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (any) => {
        expect(["malformed", "compiled-page"]).toContain(parseCompiled(any).kind);
      }),
    );
  });
});
