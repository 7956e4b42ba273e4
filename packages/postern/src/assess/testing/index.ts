export { aFile, aFinding, aGroup, anEvent, anItem, aTally, ms } from "./case-parts.ts";
