import { explain, parseRule, type SigmaRule } from "@postern/sigma";
import { expect, test } from "vitest";

const TEXT = `
title: t
logsource: {product: exchange}
detection:
    anchor:
        AnchorMailbox|contains: [nothing, '/ecp/proxyLogon.ecp']
    status:
        HttpStatus: 241
    genuine:
        AuthenticatedUser|re: '.'
    words: [session, other]
    condition: anchor and status and words and not genuine
`;

function rule(): SigmaRule {
  const { rule: parsed } = parseRule(TEXT, "t.yml");
  if (parsed === undefined) throw new Error("not a rule");
  return parsed;
}

const EVENT: Readonly<Record<string, string>> = {
  AnchorMailbox: "ServerInfo~a]@x:444/ecp/proxyLogon.ecp?#",
  HttpStatus: "241",
};

test("an explanation names the parts that held, what was wanted and what was found", () => {
  const explanation = explain(
    rule(),
    (field) => EVENT[field],
    () => "a session",
  );
  expect(explanation).toEqual({
    matched: true,
    parts: [
      {
        selection: "anchor",
        label: "AnchorMailbox|contains",
        field: "AnchorMailbox",
        wanted: ["*/ecp/proxyLogon.ecp*"],
        found: [EVENT["AnchorMailbox"]],
      },
      { selection: "status", label: "HttpStatus", field: "HttpStatus", wanted: ["241"], found: ["241"] },
      { selection: "words", label: "keywords", field: null, wanted: ["*session*"], found: [] },
    ],
    excludedBy: ["genuine"],
  });
});

test("an event that does not match has nothing to explain", () => {
  expect(explain(rule(), () => undefined)).toEqual({ matched: false, parts: [], excludedBy: [] });
});
