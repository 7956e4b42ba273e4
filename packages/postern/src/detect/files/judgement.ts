import type { Build, CustomisedFiles, GenuineLists } from "../../knowledge/index.ts";
import type { Confidence, Entities, Rung } from "../../model/index.ts";
import type { Indicators } from "../iocs/index.ts";
import type { YaraScanner } from "../yara/index.ts";
import type { GenuineFiles } from "./genuine.ts";
import type { OabDump } from "./oab-dump.ts";
import type { FileWindow } from "./window.ts";

/** What is known of a file before its content is read; `artifacts/web-file` collects it. All names are untrusted. */
export interface FileFacts {
  readonly name: string;
  readonly path: string;
  /** `page`, `handler`, `classic-asp`, `config`, `compiled`, `app-web-dll` ...; null when it is no web file. */
  readonly kind: string | null;
  /** `owa-auth`, `ecp-auth`, `aspnet-client` ...; null outside of every web folder, or when the place is unknown. */
  readonly folder: string | null;
  /** Path below that folder, lower case, forward slashes. */
  readonly inFolder: string | null;
  /** True when the Windows path on the server is known. */
  readonly placeKnown: boolean;
  readonly compiled:
    | {
        readonly kind: "compiled-page";
        readonly virtualPath: string;
        readonly dependencies: readonly string[];
      }
    | { readonly kind: "malformed"; readonly note: string }
    | null;
}

/** A file to judge. */
export interface FileInput {
  readonly facts: FileFacts;
  readonly window: FileWindow;
  /** Of the whole file, lower-case hex. */
  readonly sha256: string;
  /** `history`: a quarantine, backup, mail or investigation folder. */
  readonly standing: "live" | "shadow-copy" | "history";
  /** What the settings in it say, for a configuration; left out where they are judged by themselves. */
  readonly settings?: readonly FileReason[];
}

/** What a judgement rests on. Rules and lists come from packs and knowledge. */
export interface FileContext {
  readonly scanner: YaraScanner | null;
  readonly indicators: Indicators;
  readonly genuine: GenuineFiles;
  /** Lists of what Microsoft shipped, by hash and place; none: only the sign-in pages of `genuine` are known. */
  readonly lists?: GenuineLists;
  /** Which files are changed on sound servers, too. */
  readonly customised?: readonly CustomisedFiles[];
  /** Build of the server at the time of the evidence; null when unknown. */
  readonly build: Build | null;
}

/** One reason of a judgement. */
export interface FileReason {
  /** Rule id (`proxylogon/oab-dump-script`), `content/...`, `place/...`, `hash/...` or `name/...`. */
  readonly id: string;
  /** Plain sentence. */
  readonly text: string;
  /** What stands there, at most 300 characters; empty when the reason is no text in the file. Untrusted. */
  readonly excerpt: string;
  /** Offset in the file; 0 when the reason is no text in the file. */
  readonly offsetBytes: number;
  /** 0..1: how far it speaks for a back door. */
  readonly weight: number;
}

/**
 * What a file is. `webshell`: a back door, or a trace that one was served (`kind` says which). `suspicious`: should be looked at, proves
 * nothing. `clean`: nothing was found in it. `unreadable`: its content could not be judged.
 */
export interface FileJudgement {
  readonly verdict: "webshell" | "suspicious" | "clean" | "unreadable";
  /** 0..1, two decimals. */
  readonly score: number;
  /** Heaviest first. */
  readonly reasons: readonly FileReason[];
  /** What the lists of genuine files say: `changed` only when they know this page of this very build. */
  readonly origin: "genuine" | "other-build" | "changed" | "unknown";
  /** Kind of finding; null when there is none. */
  readonly kind: FileFindingKind | null;
  readonly title: string;
  /** Null for leads. */
  readonly rung: Rung | null;
  readonly confidence: Confidence;
  readonly cves: readonly string[];
  readonly entities: Entities;
  /** Why it may be wrong, plain sentences; empty when nothing speaks against it. */
  readonly doubt: string;
  /** Settings dump inside the file, which dates the drop: null when there is none. */
  readonly dump: OabDump | null;
  /** True when only head and tail of the file were read. */
  readonly partly: boolean;
}

/** Kinds of findings that a file can make. */
export type FileFindingKind =
  | "web-shell-file"
  | "web-shell-answer"
  | "page-compiled"
  | "known-bad-file"
  | "page-unknown"
  | "page-changed"
  | "page-emptied";
