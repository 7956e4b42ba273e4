export { aFile, aFinding, aGroup, anEvent, anItem, aRule, aTally, ms } from "./case-parts.ts";
