import { describe, expect, it } from "vitest";
import { WHOLE_RECORD } from "../../model/index.ts";
import { LineGlimpse } from "./line-glimpse.ts";

const bytes = Buffer.from("GET /OWA/ 200\nPOST /ecp/ 302\n", "latin1");
const end = bytes.indexOf(0x0a);

describe("what is told of a line before it is parsed", () => {
  it("is its columns as they are and the whole of it in lower case, of the line that was looked at last", () => {
    const glimpse = new LineGlimpse(["cs-method", "cs-uri-stem", "sc-status"], " ");
    glimpse.look(bytes, 0, end);
    expect(["cs-uri-stem", "sc-status", "c-ip"].map(glimpse.get)).toEqual(["/OWA/", "200", null]);
    expect(glimpse.get(WHOLE_RECORD)).toBe("get /owa/ 200");
    glimpse.look(bytes, end + 1, bytes.length - 1);
    expect(glimpse.get("cs-method")).toBe("POST");
    expect(glimpse.get(WHOLE_RECORD)).toBe("post /ecp/ 302");
  });

  it("is cut at commas where the log is", () => {
    const row = Buffer.from("2021-03-03,a b\tc,,x");
    const glimpse = new LineGlimpse(["DateTime", "UserAgent", "ErrorCode", "Method"], ",");
    glimpse.look(row, 0, row.length);
    expect(["UserAgent", "ErrorCode", "Method"].map(glimpse.get)).toEqual(["a b\tc", "", "x"]);
  });

  it("is the whole alone where the log is not cut at blanks", () => {
    const glimpse = new LineGlimpse([], ",");
    glimpse.look(bytes, 0, end);
    expect([glimpse.get("cs-method"), glimpse.get(WHOLE_RECORD)]).toEqual([null, "get /owa/ 200"]);
  });
});
