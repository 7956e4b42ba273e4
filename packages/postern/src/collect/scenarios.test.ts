import { expect, it } from "vitest";
import { buildScenario, SCENARIOS } from "../demo/index.ts";
import { loadCollection } from "../knowledge/index.ts";
import { fitsMask } from "./masks.ts";

const collection = loadCollection();
const usual = new Map(collection.roots.map((root) => [root.id, root.usual.replace(/\\$/u, "")]));

/** Every folder and mask that is copied, where things are by default. */
const wanted = collection.definitions.flatMap((definition) =>
  definition.how === "events"
    ? definition.channels.map((channel) => ({
        folder: "C:\\Windows\\System32\\winevt\\Logs",
        names: [`${channel.replaceAll("/", "%4")}.evtx`],
        deep: false,
      }))
    : definition.how === "copy"
      ? definition.places.map(({ root, folder, names, deep }) => ({
          folder: `${usual.get(root) ?? ""}${folder === "" ? "" : `\\${folder}`}`,
          names,
          deep,
        }))
      : [],
);

function isCollected(path: string): boolean {
  const cut = path.lastIndexOf("\\");
  return wanted.some(
    ({ folder, names, deep }) =>
      fitsMask(path.slice(cut + 1), names) &&
      fitsMask(path.slice(0, cut), deep ? [folder, `${folder}\\*`] : [folder]),
  );
}

/** What somebody exported or noted lies on no server. */
const BESIDE = /^exported-events\//u;

it.each(SCENARIOS.map(({ id }) => id))("every file of the servers in %s is collected", (id) => {
  const paths = buildScenario(id, { trafficScale: 0.01 }).files.flatMap(
    ({ path }) => /^[^/]+\/C\/(.+)$/u.exec(path)?.[1] ?? [],
  );
  const left = paths.filter(
    (path) => !BESIDE.test(path) && !isCollected(`C:\\${path.replaceAll("/", "\\")}`),
  );
  expect(left).toEqual([]);
});
