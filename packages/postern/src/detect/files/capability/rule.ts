import { ASKED, FROM } from "../flow/value.ts";
import type { Deed } from "./effect.ts";

/** A rule: when it holds, the deed weighs so much. */
export interface Rule {
  readonly id: string;
  readonly when: (deed: Deed) => boolean;
  readonly weight: number;
  readonly text: string;
}

/** True when one of some bits is set. */
export const has = (bits: number, some: number): boolean => (bits & some) !== 0;
/** The visitor chose the data, or a part of it. */
export const asked = (deed: Deed): boolean => has(deed.from, ASKED);
/** The data comes from one of these. */
export const from =
  (bits: number): ((deed: Deed) => boolean) =>
  (deed) =>
    has(deed.from, bits);
/** The visitor chooses the whole place, not only a name below a fixed folder. */
export const freePlace = (deed: Deed): boolean => has(deed.where, ASKED) && has(deed.where, FROM.whole);
/** The visitor sends the whole text, not only a value inside of it. */
export const whole = (deed: Deed): boolean => asked(deed) && has(deed.from, FROM.whole);
/** Holds for each deed of its kind. */
export const always = (): boolean => true;
