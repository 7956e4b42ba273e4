import { expect, test } from "vitest";

import * as columns from "./columns.ts";

test("every log has the number of columns that real files have", () => {
  const counts = {
    httpProxy: columns.HTTP_PROXY_COLUMNS.length,
    httpProxy2013: columns.HTTP_PROXY_COLUMNS_2013.length,
    iis: columns.IIS_FIELDS.split(" ").length,
    ecp: columns.ECP_COLUMNS.length,
    ews: columns.EWS_COLUMNS.length,
    mapi: columns.MAPI_HTTP_COLUMNS.length,
    rpsCmdlet: columns.RPS_CMDLET_COLUMNS.length,
    rpsHttp: columns.RPS_HTTP_COLUMNS.length,
    tracking: columns.TRACKING_COLUMNS.length,
    audit: columns.AUDIT_COLUMNS.length,
  };
  expect(counts).toEqual({
    httpProxy: 74,
    httpProxy2013: 69,
    iis: 15,
    ecp: 4,
    ews: 92,
    mapi: 46,
    rpsCmdlet: 67,
    rpsHttp: 38,
    tracking: 30,
    audit: 12,
  });
});

test("a value with a comma or a quote is quoted, anything else stays as it is", () => {
  const row = columns.csvRow(["a", "b", "c", "d"], { a: "x,y", b: 'say "no"', d: 5 });
  expect(row).toBe('"x,y","say ""no""",,5');
});
