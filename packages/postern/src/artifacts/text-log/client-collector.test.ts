import { expect, test } from "vitest";
import { BlockKernel, compileLiterals, fromBytes } from "../../core/index.ts";
import { parseTextLog } from "./index.ts";

const KERNEL = BlockKernel.load();

/** Whether every client of a log whose lines are only counted is known; null without the kernels. */
async function isComplete(type: string, columns: string, line: string): Promise<boolean | null> {
  if (KERNEL === null) return null;
  const head = `#Software: Microsoft Exchange Server\r\n#Log-type: ${type}\r\n#Fields: ${columns}\r\n`;
  const bytes = Buffer.from(head + `${line}\r\n`.repeat(200));
  KERNEL.startAddresses();
  let complete = false;
  const filter = compileLiterals(["no such text"]);
  const options = { select: () => filter, kernel: KERNEL, clients: true };
  for await (const batch of parseTextLog(fromBytes(bytes), bytes, 0, options))
    complete = batch.clientsComplete;
  return complete && KERNEL.addresses() !== null;
}

const TRACKING = "date-time,client-ip,source,event-id,recipient-address,source-context,original-client-ip";
const IMAP = "dateTime,sIp,cIp,user,command,parameters";
const RCA = "date-time,session-id,client-software,client-ip,rpc-status";

test.skipIf(KERNEL === null)(
  "clients of counted lines are known where one plain address stands in a line, and not where a port or a second one does",
  async () => {
    expect(
      await isComplete("RCA Protocol Logs", RCA, "2021-03-03T09:10:00.000Z,1,OUTLOOK.EXE,10.20.4.7,0"),
    ).toBe(true);
    const imap = "2021-03-03T09:10:00.000Z,10.20.0.5:993,10.20.4.7:50122,m.weber,select,INBOX";
    expect(await isComplete("IMAP4 Protocol Log", IMAP, imap)).toBe(false);
    const tracked = "2021-03-03T09:10:00.000Z,,STOREDRIVER,SUBMIT,x@z.example,,203.0.113.9";
    expect(await isComplete("Message Tracking Log", TRACKING, tracked)).toBe(false);
  },
);
