import type { SettingReader } from "../configuration/setting.ts";
import {
  mitigationToolReader,
  otherAntivirusReader,
  protectionLogReader,
  safetyScannerReader,
} from "./antivirus-log.ts";

/** Readers of logs in which antivirus programs say what they found and removed. */
export const antivirusReaders: readonly SettingReader[] = [
  protectionLogReader,
  safetyScannerReader,
  mitigationToolReader,
  otherAntivirusReader,
];
