export { EVENT_COLUMNS } from "./event-columns.ts";
export {
  discardEvents,
  eventsFileOf,
  hasSpool,
  moveEvents,
  prepareEvents,
  waitingFile,
} from "./events-place.ts";
export { writeEventsFile } from "./events-file.ts";
