export {
  type MailDetail,
  type MailMessage,
  type MailRow,
  type MailSign,
  type MailSourceId,
} from "./mail-row.ts";
export { ALL_MAILBOXES, isMonitoring, isServerIdentity, localPart, nameKey, readName } from "./names.ts";
export type { NamePair } from "./pairs.ts";
export type { UsualSight } from "./usual.ts";
export { gravest, kindOfVerb } from "./verbs.ts";
export {
  firstMailWatcher,
  followingMailWatcher,
  NO_MAIL_PIVOT,
  type MailPivot,
  type MailSight,
  type MailWatcher,
} from "./watcher.ts";
