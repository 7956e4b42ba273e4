import { at } from "./clock.ts";
import { installed, openStage, writeServerLife, writeSetup } from "./build.ts";
import type { Build, OpenStage, Span } from "./build.ts";
import { EX01, MAIL_DOMAIN } from "./district.ts";
import type { Person } from "./district.ts";
import { CU19_APRIL } from "./stage.ts";
import type { InstalledBuild, Stage } from "./stage.ts";

/** Ten days in which nothing but mail happens. */
export const MAY: Span = { fromMs: at("2021-05-10T02:30:00Z"), untilMs: at("2021-05-20T00:00:00Z") };

/** A server that had been running for a while. */
export function openServer(build: Build, builds: readonly InstalledBuild[], span: Span): OpenStage {
  const open = openStage(build, { server: EX01, builds });
  writeServerLife(build, open.stage, span);
  writeSetup(open.stage, "upgraded");
  return open;
}

/** A server that was set up on the first day, up to date: none of its days is without logs. */
export function openFresh(build: Build, span: Span): OpenStage {
  const open = openStage(build, { server: EX01, builds: [installed(CU19_APRIL, "2021-05-10T01:10:00Z")] });
  writeServerLife(build, open.stage, span);
  writeSetup(open.stage, "fresh");
  return open;
}

/** Somebody of the district by the name before the @; throws RangeError for nobody. */
export function personOf(stage: Stage, name: string): Person {
  const found = stage.people.find(({ mail }) => mail === `${name}@${MAIL_DOMAIN}`);
  if (found === undefined) throw new RangeError(`nobody is called ${name}`);
  return found;
}
