/**
 * The names in an archive: which are a file's or a folder's below the one that it is unpacked to. Pure.
 *
 * Guarantees: what passes leads nowhere else on any system, and each name stands for one thing, also where upper
 * and lower case are the same (macOS, Windows). What only the system can tell (names that it normalises, lengths)
 * is for `fitting`: files are made with O_EXCL, so that a second one of a name is never written into the first.
 */
import { GvError, systemCode } from "../errors.ts";

/** Makes the error that says why an archive is refused. */
export type Refuse = (reason: string) => GvError;

const longest = 1024; // bytes
// oxlint-disable-next-line no-control-regex
const unusable = /[\u0000-\u001f\u007f\\:\ufffd]/;
const outside = /(?:^|\/)\.{0,2}(?:\/|$)/;

/** The names of one archive, one after the other. */
export class Names {
  readonly #refuse: Refuse;
  readonly #top: string;
  /** How the listed names, the files and the folders are spelled, by their spelling in lower case. */
  readonly #listed = new Map<string, string>();
  readonly #files = new Map<string, string>();
  readonly #folders = new Map<string, string>();
  /** The folders whose own folders are known. */
  readonly #known = new Set<string>();

  /** All names must be in the folder `top`, if there is one: `go/`. */
  constructor(refuse: Refuse, top = "") {
    this.#refuse = refuse;
    this.#top = top;
  }

  /** Takes the next name; a folder's without the slash at its end. Throws where it may not be there. */
  add(path: string, kind: "file" | "folder"): void {
    if (Buffer.byteLength(path) > longest || unusable.test(path))
      throw this.#refuse(`${shown(path)} is no name for a file`);
    if (!(kind === "folder" ? `${path}/` : path).startsWith(this.#top))
      throw this.#refuse(`${shown(path)} is not in ${this.#top}`);
    if (outside.test(path))
      throw this.#refuse(`${shown(path)} names a place outside the folder, or a folder`);
    const key = path.toLowerCase();
    if (this.#listed.get(key) === path && this.#files.has(key) === (kind === "file"))
      throw this.#refuse(`${shown(path)} is in it twice`);
    this.#spell(this.#listed, key, path);
    if (kind === "folder") this.#addFolder(path);
    else if (this.#folders.has(key)) throw this.#bothAtOnce(path);
    else this.#files.set(key, path);
    for (let at = path.lastIndexOf("/"); at > 0; at = path.lastIndexOf("/", at - 1)) {
      const folder = path.slice(0, at);
      if (this.#known.has(folder)) break;
      this.#addFolder(folder);
    }
  }

  #addFolder(path: string): void {
    const key = path.toLowerCase();
    if (this.#files.has(key)) throw this.#bothAtOnce(path);
    this.#spell(this.#folders, key, path);
    this.#known.add(path);
  }

  #spell(names: Map<string, string>, key: string, path: string): void {
    const known = names.get(key) ?? path;
    if (known !== path) throw this.#refuse(`${shown(known)} and ${shown(path)} are one name in some places`);
    names.set(key, path);
  }

  #bothAtOnce(path: string): GvError {
    return this.#refuse(`${shown(path)} is both a file and a folder`);
  }
}

/** A stranger's name, as it is told. */
export function shown(name: string): string {
  return JSON.stringify(name.slice(0, 200));
}

/** What a system says of a name that can't be a file's here: taken (two names may be one here), or too long. */
const unfit = new Set(["EEXIST", "EISDIR", "ENOTDIR", "ENAMETOOLONG", "EILSEQ", "EINVAL"]);

/** Makes the file or folder of that name; where it can't be one here, that is the archive's fault. */
export function fitting<T>(name: string, refuse: Refuse, make: () => T): T {
  try {
    return make();
  } catch (error) {
    const code = systemCode(error instanceof GvError ? error.cause : error) ?? "";
    if (!unfit.has(code)) throw error;
    throw refuse(`${shown(name)} can't be a file here (${code})`);
  }
}
