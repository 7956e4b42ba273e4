/**
 * Turns a pack's YARA rules into their stored form and back.
 *
 *   npx tsx scripts/yara-pack.ts decode   packs/<pack>/files/*.yar.b64 -> tmp/yara/<pack>/*.yar, to read and edit
 *   npx tsx scripts/yara-pack.ts encode   tmp/yara/<pack>/*.yar -> packs/<pack>/files/*.yar.b64
 *   npx tsx scripts/yara-pack.ts check    each stored file decodes, and encodes to the same bytes again
 */
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { encodeRuleText, readRuleFile } from "../packages/postern/src/detect/yara/index.ts";

const ROOT = join(import.meta.dirname, "..");
const PLAIN = join(ROOT, "tmp", "yara");

function packsIn(folder: string): readonly string[] {
  return existsSync(folder) ? readdirSync(folder).sort() : [];
}

function filesIn(folder: string, ending: string): readonly string[] {
  return packsIn(folder).filter((name) => name.endsWith(ending));
}

function storedFolder(pack: string): string {
  return join(ROOT, "packs", pack, "files");
}

function decode(): number {
  for (const pack of packsIn(join(ROOT, "packs"))) {
    for (const name of filesIn(storedFolder(pack), ".yar.b64")) {
      const { source } = readRuleFile(name, readFileSync(join(storedFolder(pack), name), "utf8"));
      if (source === null) return fail(`${pack}/${name} is not in the encoded form`);
      mkdirSync(join(PLAIN, pack), { recursive: true });
      writeFileSync(join(PLAIN, pack, name.replace(/\.b64$/u, "")), source.text);
    }
  }
  console.log(`Rules to read and edit: ${PLAIN}`);
  return 0;
}

function encode(): number {
  for (const pack of packsIn(PLAIN)) {
    for (const name of filesIn(join(PLAIN, pack), ".yar")) {
      mkdirSync(storedFolder(pack), { recursive: true });
      const text = readFileSync(join(PLAIN, pack, name), "utf8").replaceAll("\r", "");
      writeFileSync(join(storedFolder(pack), `${name}.b64`), encodeRuleText(text));
      console.log(`packs/${pack}/files/${name}.b64`);
    }
  }
  return 0;
}

function check(): number {
  let wrong = 0;
  for (const pack of packsIn(join(ROOT, "packs"))) {
    for (const name of filesIn(storedFolder(pack), ".yar.b64")) {
      const { problems } = readRuleFile(name, readFileSync(join(storedFolder(pack), name), "utf8"));
      for (const problem of problems) wrong += fail(`packs/${pack}/files/${name}: ${problem.message}`);
    }
    for (const name of filesIn(storedFolder(pack), ".yar")) {
      wrong += fail(
        `packs/${pack}/files/${name}: stored as plain text; move it to tmp/yara/${pack} and encode it`,
      );
    }
  }
  return wrong;
}

function fail(message: string): number {
  console.error(message);
  return 1;
}

const COMMANDS: Readonly<Record<string, () => number>> = { decode, encode, check };
const command = COMMANDS[process.argv[2] ?? ""];
process.exitCode = command === undefined ? fail("usage: yara-pack.ts decode|encode|check") + 1 : command();
