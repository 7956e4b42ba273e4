import { resolve } from "node:path";
import type { Layout } from "./layouts/index.ts";
import type { Budget } from "./limits.ts";

/** What is known at a place of the walk, handed down from the folder or archive above. */
export interface Scene {
  /** Path as given so far, containers joined by `!`. */
  readonly origin: string;
  /** The same, absolute, to compare with `--server NAME=PATH`. */
  readonly location: string;
  readonly collection: string;
  readonly server: string | null;
  /** Folders of the user's own path that lead to the evidence. */
  readonly outer: readonly string[];
  /** Folders since the evidence argument or the innermost archive. */
  readonly inner: readonly string[];
  /** All folders since the evidence argument, through archives. */
  readonly trail: readonly string[];
  readonly layout: Layout | null;
  /** Folders below the layout's top. */
  readonly below: readonly string[];
  /** Archives entered so far, and what the outermost one has used of its limits. */
  readonly depth: number;
  readonly budget: Budget | null;
}

/** The scene of an evidence argument, before anything of it is known. */
export function startScene(path: string): Scene {
  const location = resolve(path);
  return {
    origin: path,
    location,
    collection: path,
    server: null,
    outer: location.split(/[/\\]/).filter((component) => component !== ""),
    inner: [],
    trail: [],
    layout: null,
    below: [],
    depth: 0,
    budget: null,
  };
}

/** One folder deeper. */
export function intoFolder(scene: Scene, name: string): Scene {
  return {
    ...scene,
    origin: append(scene.origin, name),
    location: append(scene.location, name),
    inner: [...scene.inner, name],
    trail: [...scene.trail, name],
    below: [...scene.below, name],
  };
}

/**
 * Into an archive. It is a collection of its own unless a collector above has said what it belongs to; paths on the server are
 * then read from its own folders only.
 */
export function intoArchive(scene: Scene, name: string, budget: Budget): Scene {
  const known = scene.layout !== null || scene.server !== null;
  return {
    ...scene,
    origin: `${scene.origin}!`,
    location: `${scene.location}!`,
    collection: known ? scene.collection : scene.origin,
    outer: [],
    inner: [],
    trail: [...scene.trail, name],
    server: scene.layout?.server ?? scene.server,
    layout: null,
    below: [],
    depth: scene.depth + 1,
    budget,
  };
}

/** At the top of a collector's output. */
export function withLayout(scene: Scene, layout: Layout): Scene {
  const collection = scene.origin.replace(/!$/, "");
  return { ...scene, layout, below: [], server: layout.server ?? scene.server, collection };
}

/** Appends a name to a path or to an archive's path. */
export function append(path: string, name: string): string {
  return path === "" || /[/!]$/.test(path) ? path + name : `${path}/${name}`;
}
