/** Where a program lies, and the questions that rows of owners ask of it. Nothing is started. */
import { dirname, join } from "node:path";

import type { Context } from "../../context.ts";
import { statOf } from "../../read.ts";

export interface Owner {
  /** As people call it. */
  readonly name: string;
  /** The line that upgrades it; undefined where there is none, and `help` says how. */
  readonly upgrade?: string;
  /** The line that removes it; the same. */
  readonly remove?: string;
  /** What there is to know besides, in words. */
  readonly help?: string;
  /** What a start-up file has that puts it on PATH without naming its folder. */
  readonly line?: RegExp;
}

/** Where a program is, and what a row may look at. */
export interface Place {
  /** On PATH. */
  readonly path: string;
  /** Behind all links. */
  readonly real: string;
  readonly ctx: Context;
}

/** In the lines GOROOT and VERSION stand for those of the program. */
export interface Row extends Owner {
  readonly has: (place: Place) => boolean;
}

export const under =
  (...folders: readonly string[]) =>
  ({ path, real }: Place): boolean =>
    folders.some((folder) => path.startsWith(`${folder}/`) || real.startsWith(`${folder}/`));

export const inHome =
  (...names: readonly string[]) =>
  (place: Place): boolean =>
    under(...names.map((name) => join(place.ctx.home, name)))(place);

/** In a folder of the home, or where its own variable says. */
export const inRoot =
  (variable: string, ...names: readonly string[]) =>
  (place: Place): boolean => {
    const folder = place.ctx.env[variable];
    return (folder?.startsWith("/") === true && under(folder)(place)) || inHome(...names)(place);
  };

/** A program of the system's packages: the packager is told by a file that its systems have. */
export const packaged =
  (...files: readonly string[]) =>
  (place: Place): boolean =>
    under("/usr/lib", "/usr/lib64", "/usr/bin", "/usr/share", "/bin")(place) &&
    (files.length === 0 || files.some((file) => isThere(place, file)));

export const isThere = ({ ctx }: Place, file: string): boolean =>
  statOf(join(ctx.system, file)) !== undefined;

export const goroot = (real: string): string => dirname(dirname(real));
