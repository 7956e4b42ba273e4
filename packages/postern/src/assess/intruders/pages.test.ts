import { expect, test } from "vitest";
import { pageOf } from "./pages.ts";

test.each([
  ["/aspnet_client/System_Web/q7Zr2mXw.aspx?x=1", "system_web/q7zr2mxw.aspx"],
  ["C:\\inetpub\\wwwroot\\aspnet_client\\system_web\\q7Zr2mXw.aspx", "system_web/q7zr2mxw.aspx"],
  ["/owa/auth/x.aspx/extra/info", "auth/x.aspx"],
  ["x.ashx", "x.ashx"],
  ["/owa/auth/logo.png", null],
  ["", null],
] as const)("a page is the same by URL and by path: %s", (text, page) => {
  expect(pageOf(text)).toBe(page);
});
