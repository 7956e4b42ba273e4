import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { runCase } from "./index.ts";

const folder = mkdtempSync(join(tmpdir(), "postern-usual-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const COLUMNS =
  "DateTime,RequestId,Protocol,UrlHost,UrlStem,AuthenticatedUser,AnchorMailbox,UserAgent,ClientIpAddress,ServerHostName,HttpStatus,BackEndStatus,ErrorCode,Method,RoutingHint,BackEndCookie,UrlQuery";
const INTRUDER = "203.0.113.9";

function line(
  time: string,
  of: {
    readonly client: string;
    readonly user: string;
    readonly path: string;
    readonly query?: string;
    readonly service?: string;
  },
): string {
  const { client, user, path, query = "", service = "Owa" } = of;
  return `${time},0a1b2c3d-0000-4000-8000-000000000001,${service},mail.school.example,${path},${user},,Mozilla/5.0,${client},EX01,200,200,,POST,WindowsIdentity,,${query}`;
}

/** A front-end log whose ordinary lines are only counted in the first look, as in real logs. */
function put(name: string, lines: readonly string[]): void {
  const head = [
    "#Software: Microsoft Exchange Server",
    "#Version: 15.01.2507.009",
    "#Log-type: HttpProxy Logs",
    "#Date: 2022-11-01T00:00:01.000Z",
    `#Fields: ${COLUMNS}`,
  ];
  const others = Array.from({ length: 60 }, (_, i) =>
    line(`2022-11-0${String(1 + (i % 9))}T10:00:00.000Z`, {
      client: "10.20.4.99",
      user: "SCHOOL\\other.one",
      path: "/owa/service.svc",
      query: "?action=FindItem",
    }),
  );
  const at = join(folder, name);
  mkdirSync(join(at, ".."), { recursive: true });
  writeFileSync(at, `${[...head, ...others, ...lines, ...others].join("\r\n")}\r\n`);
}

it("an account in the hands of somebody who broke in is compared with what its owner did before", async () => {
  const owner = { client: "10.20.4.7", user: "SCHOOL\\anna.b", path: "/owa/service.svc" };
  const days = ["01", "02", "03", "04", "07", "08"];
  put(
    "HttpProxy/Owa/HttpProxy_2022110100-1.LOG",
    days.flatMap((day) =>
      ["08", "12"].map((hour) =>
        line(`2022-11-${day}T${hour}:05:00.000Z`, { ...owner, query: "?action=FindItem" }),
      ),
    ),
  );
  put("HttpProxy/Autodiscover/HttpProxy_2022110902-1.LOG", [
    line("2022-11-09T02:10:00.000Z", {
      client: INTRUDER,
      user: "SCHOOL\\anna.b",
      service: "Autodiscover",
      path: "/autodiscover/autodiscover.json",
      query: "?@x.example/powershell/",
    }),
  ]);
  put("HttpProxy/Owa/HttpProxy_2022110902-1.LOG", [
    line("2022-11-09T02:20:00.000Z", { ...owner, client: INTRUDER, query: "?action=GetItem" }),
  ]);
  const { mailboxes } = await runCase({ evidence: [folder] });
  const told = mailboxes.filter(({ protocol }) => protocol === "OWA");
  expect(told.map(({ mailbox, confidence, how }) => [mailbox, confidence, how])).toEqual([
    [
      "SCHOOL\\anna.b",
      "likely",
      "The intruder's address signed in as the owner: the password, or a session, is in strange hands. On 6 days before the break-in the owner signed in from one address, and not from this one; nor at such an hour (02:00 UTC).",
    ],
  ]);
}, 60_000);
