/** Colours by name; `#rrggbb`, so that a test can compute their contrast. */
export type Palette = Readonly<Record<(typeof COLOUR_NAMES)[number], string>>;

/** Names of the colours: what they are for, not how they look. */
export const COLOUR_NAMES = [
  "page",
  "ink",
  "muted",
  "line",
  "soft",
  "link",
  "focus",
  "warn-page",
  "warn-line",
  "bad-ink",
  "bad-page",
  "ask-ink",
  "ask-page",
  "try-ink",
  "try-page",
  "calm-ink",
  "calm-page",
  "present",
  "thin",
  "missing",
  "on-bar",
] as const;

/** For light surroundings and for paper. */
export const LIGHT: Palette = {
  page: "#ffffff",
  ink: "#14181d",
  muted: "#4b5661",
  line: "#c7ced5",
  soft: "#f3f5f7",
  link: "#0b4fa8",
  focus: "#a85b00",
  "warn-page": "#fff8e5",
  "warn-line": "#b87900",
  "bad-ink": "#8f1a15",
  "bad-page": "#fbeae8",
  "ask-ink": "#473180",
  "ask-page": "#efebf9",
  "try-ink": "#6f4200",
  "try-page": "#fdf0dc",
  "calm-ink": "#0d5145",
  "calm-page": "#e5f3f0",
  present: "#1f6b5c",
  thin: "#8a5a00",
  missing: "#a3231d",
  "on-bar": "#ffffff",
};

/** For dark surroundings. */
export const DARK: Palette = {
  page: "#12161b",
  ink: "#e7ebef",
  muted: "#a9b4be",
  line: "#3d4853",
  soft: "#1b2128",
  link: "#8dbaff",
  focus: "#ffc04d",
  "warn-page": "#2a2313",
  "warn-line": "#d9a032",
  "bad-ink": "#ffb3ac",
  "bad-page": "#3b1715",
  "ask-ink": "#cbbcff",
  "ask-page": "#2a2342",
  "try-ink": "#ffcf8f",
  "try-page": "#38270e",
  "calm-ink": "#9fe0d1",
  "calm-page": "#123029",
  present: "#7fcdb9",
  thin: "#f0bb62",
  missing: "#ff9a91",
  "on-bar": "#12161b",
};

/** Text and what it stands on: each pair needs 4.5:1 (WCAG 2.2, 1.4.3). */
export const TEXT_PAIRS: readonly (readonly [keyof Palette, keyof Palette])[] = [
  ["ink", "page"],
  ["ink", "soft"],
  ["ink", "warn-page"],
  ["muted", "page"],
  ["muted", "soft"],
  ["muted", "warn-page"],
  ["link", "page"],
  ["link", "soft"],
  ["link", "warn-page"],
  ["bad-ink", "page"],
  ["bad-ink", "bad-page"],
  ["ask-ink", "ask-page"],
  ["try-ink", "try-page"],
  ["try-ink", "soft"],
  ["calm-ink", "calm-page"],
  ["ink", "bad-page"],
  ["on-bar", "present"],
  ["thin", "page"],
  ["missing", "page"],
];

/** A palette as CSS custom properties. */
export function customProperties(palette: Palette): string {
  return COLOUR_NAMES.map((name) => `--${name}:${palette[name]};`).join("");
}
