import { all, first, has, isTrue, type StateStatement } from "./statement.ts";

/**
 * False for objects that can concern nobody: the hundred thousand entries of a large organisation that say what is always so. They are
 * counted and not kept.
 */
export function isWorthKeeping(statement: StateStatement): boolean {
  switch (statement.kind) {
    case "mailbox-permission":
    case "ad-permission":
    case "recipient-permission":
      return isRightOfOthers(statement);
    case "folder-permission":
      return all(statement, "accessrights").some(
        (right) => !/^(?:none|availabilityonly|limiteddetails)$/iu.test(right),
      );
    case "inbox-rule":
      return isRuleOfInterest(statement);
    case "audit-bypass":
      return isTrue(statement, "auditbypassenabled");
    case "mobile-device":
    case "mailbox-database":
      return false;
    default:
      return true;
  }
}

/** Rights that come from the organisation or the database are in the list of their own object; the owner's own are no news. */
function isRightOfOthers(statement: StateStatement): boolean {
  if (isTrue(statement, "isinherited") || isTrue(statement, "deny")) return false;
  return !/(?:^|\\)(?:self|system|network service)$/iu.test(first(statement, "user", "trustee"));
}

function isRuleOfInterest(statement: StateStatement): boolean {
  if (["forwardto", "redirectto", "forwardasattachmentto"].some((name) => all(statement, name).length > 0))
    return true;
  if (isTrue(statement, "deletemessage") || isTrue(statement, "softdeletemessage")) return true;
  if (isTrue(statement, "hidden") || isTrue(statement, "ishidden")) return true;
  return has(statement, "name") && first(statement, "name") === "";
}
