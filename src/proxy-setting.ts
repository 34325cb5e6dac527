/**
 * gv setup --proxy: GOPROXY, and for `cn` GOSUMDB, in the user's go/env file, which every go command reads however it
 * is started. Like `go env -w`, but other lines, comments and their order stay as they are.
 *
 * What these keys said before is kept in $GV_ROOT/go-env-before, so that undo puts back just that, also after
 * `go env -w` has sorted the lines. One line of text each; what follows the first `=` is as Go's file has it:
 *
 *     file /home/me/.config/go/env        (or `new`, where gv made it)
 *     set GOPROXY=https://goproxy.cn,direct
 *     before GOPROXY=https://proxy.example
 *     unended                             (where its last line had no line break)
 *
 * A `set` without a `before` had no line.
 */
import { join } from "node:path";

import type { Change } from "./changes.ts";
import { type Context, pathFrom } from "./context.ts";
import { GvError } from "./errors.ts";
import { userEnvFile } from "./goenv.ts";
import { charactersOf, encoded, fileOf } from "./latin1.ts";
import { problemOfList, withoutCredentials } from "./proxy-list.ts";
import { textOf as readableText } from "./read.ts";
import { quote } from "./shim-conf.ts";

type Read = (path: string) => Buffer | undefined;

/** What `cn` stands for: https://goproxy.cn, and the name that cmd/go knows for sum.golang.org's address in China. */
const china: Settings = { GOPROXY: "https://goproxy.cn,direct", GOSUMDB: "sum.golang.google.cn" };

type Settings = Readonly<Record<string, string>>;

/** What gv has set in a file, by key, and what the file said before; undefined: nothing. */
interface Kept {
  readonly file: string;
  readonly isNew: boolean;
  /** Its last line had no line break. */
  readonly isUnended: boolean;
  readonly entries: ReadonlyMap<string, { readonly set: string; readonly before: string | undefined }>;
}

/**
 * What sets this list: what is kept for undo, then Go's file. None where it says so already. Any list but `cn` leaves
 * GOSUMDB as it is. Throws BAD_GOPROXY for a list that the go command can't use, with the one that was meant, and
 * BAD_ARGUMENT where there is no file that it reads, or gv has set another one.
 */
export function proxyChanges(ctx: Context, list: string, read: Read): Change[] {
  const wanted = settingsOf(list);
  const file = envFile(ctx);
  const before = read(file);
  const kept = readKept(ctx, read) ?? {
    file,
    isNew: before === undefined,
    isUnended: /[^\n]$/.test(textOf(before)),
    entries: new Map(),
  };
  if (kept.file !== file)
    throw new GvError("BAD_ARGUMENT", `gv has set GOPROXY in ${kept.file}, and ${file} is the file now`, {
      hint: "gv setup --undo   puts back the other one first",
    });
  const entries = new Map(kept.entries);
  let text = textOf(before);
  for (const [key, value] of Object.entries(wanted)) {
    const set = encoded(value);
    const current = valueOf(text, key);
    if (current === set) continue;
    const old = kept.entries.get(key);
    entries.set(key, { set, before: old && old.set === current ? old.before : current });
    text = withValue(text, key, set);
  }
  if (text === textOf(before)) return [];
  const note = [
    "Every go command reads it when it starts, whoever starts it: a shell, an editor, cron. It holds until gv setup --undo.",
    ...overriding(ctx, list),
  ].join("\n");
  const record = {
    path: keptFile(ctx),
    kind: "own" as const,
    before: read(keptFile(ctx)),
    after: formatKept({ ...kept, entries }),
  };
  return [
    ...(record.before?.equals(record.after) === true ? [] : [record]),
    { path: file, before, after: fileOf(text), note },
  ];
}

/** What the environment says over the file, and the lines that end it; none where it doesn't. It's in the note, too. */
export function overriding({ env }: Context, list: string): string[] {
  return Object.entries(settingsOf(list)).flatMap(([key, value]) => {
    const here = env[key];
    if (!here || here === value) return [];
    const fact = `${key}=${withoutCredentials(here)} in this environment wins over the file.`;
    return [`${fact} Take it out of where it is set, and here:`, `  unset ${key}`];
  });
}

function settingsOf(list: string): Settings {
  return list === "cn" ? china : { GOPROXY: checked(list) };
}

/**
 * What puts back what Go's file said, key by key, where that still says what gv set; then what was kept goes away.
 * None where gv has set nothing.
 */
export function proxyUndo(ctx: Context, read: Read): Change[] {
  const kept = readKept(ctx, read);
  if (kept === undefined) return [];
  const before = read(kept.file);
  const notes: string[] = [];
  let text = textOf(before);
  for (const [key, { set, before: earlier }] of kept.entries) {
    if (valueOf(text, key) === set) text = withValue(text, key, earlier);
    else notes.push(`${key} is no longer what gv set, and stays as it is.`);
  }
  if (kept.isUnended) text = text.replace(/\n$/, "");
  const after = text === "" && kept.isNew ? undefined : fileOf(text);
  const note = notes.length > 0 ? { note: notes.join("\n") } : {};
  const isChanged = before !== undefined && after?.equals(before) !== true;
  return [
    ...(isChanged ? [{ path: kept.file, before, after, ...note }] : []),
    {
      path: keptFile(ctx),
      kind: "own",
      before: read(keptFile(ctx)),
      after: undefined,
      ...(isChanged ? {} : note),
    },
  ];
}

/**
 * What to do where Go's file says what `cn` sets, and what was there before is nowhere: the root that knew it is gone.
 * Undefined elsewhere.
 */
export function unknownBefore(ctx: Context, read: Read): string | undefined {
  const file = userEnvFile(ctx);
  const text = file === undefined ? undefined : readableText(file);
  const isChina = text !== undefined && valueOf(text, "GOSUMDB") === china["GOSUMDB"];
  return isChina && readKept(ctx, read) === undefined
    ? `${file} sets GOPROXY and GOSUMDB, and gv doesn't know what was there before: go env -u GOPROXY GOSUMDB`
    : undefined;
}

/** The list, if the go command can use it. */
function checked(list: string): string {
  const problem = problemOfList(list);
  if (problem === undefined) return list;
  const { fact } = problem;
  const meant = /^\s*cn\s*(?:[,;|\s]\s*direct\s*)?$/i.test(list) ? "cn" : problem.meant;
  const line = meant && withoutCredentials(meant);
  const hint =
    line === undefined
      ? "entries are https://, http:// or file:/// addresses, direct or off, between commas or |"
      : `gv setup --proxy ${/^[\w.:/,@%+-]+$/.test(line) ? line : quote(line)}`;
  const hidden = line === meant ? "" : "   with the user and password of yours, which are not printed";
  throw new GvError("BAD_GOPROXY", `the list ${fact}`, { hint: `${hint}${hidden}` });
}

/** Go's file, which a relative GOENV names from here, as in the go command. */
function envFile(ctx: Context): string {
  const file = userEnvFile(ctx);
  if (file === undefined)
    throw new GvError("BAD_ARGUMENT", "GOENV=off: no go command that is started here reads its env file", {
      hint: "unset GOENV   then the same again",
    });
  return pathFrom(ctx.cwd, file);
}

/** The last line of the key is the one that counts (cfg.readEnvFile). */
function valueOf(text: string, key: string): string | undefined {
  return text
    .split("\n")
    .findLast((line) => line.startsWith(`${key}=`))
    ?.slice(key.length + 1);
}

/** The text with that value in the line that counts, without that line (undefined), or with a new one at its end. */
function withValue(text: string, key: string, value: string | undefined): string {
  const lines = text.split("\n");
  const at = lines.findLastIndex((line) => line.startsWith(`${key}=`));
  if (at >= 0) return lines.toSpliced(at, 1, ...(value === undefined ? [] : [`${key}=${value}`])).join("\n");
  if (value === undefined) return text;
  return `${text}${text === "" || text.endsWith("\n") ? "" : "\n"}${key}=${value}\n`;
}

function keptFile(ctx: Context): string {
  return join(ctx.root.path, "go-env-before");
}

function formatKept({ file, isNew, isUnended, entries }: Kept): Buffer {
  const lines = [
    "# What gv setup --proxy set in Go's env file, and what stood there before: for gv setup --undo.",
    `${isNew ? "new" : "file"} ${encoded(file)}`,
    ...(isUnended ? ["unended"] : []),
  ];
  for (const [key, { set, before }] of entries) {
    lines.push(`set ${key}=${set}`);
    if (before !== undefined) lines.push(`before ${key}=${before}`);
  }
  return fileOf(`${lines.join("\n")}\n`);
}

function readKept(ctx: Context, read: Read): Kept | undefined {
  const words = textOf(read(keptFile(ctx)))
    .split("\n")
    .map((line) => /^(new|file|set|before) (?:([A-Z]+)=)?(.*)$/s.exec(line) ?? []);
  const place = words.find(([, word]) => word === "new" || word === "file");
  if (place === undefined) return undefined;
  const valueAt = (word: string, key: string) =>
    words.find((line) => line[1] === word && line[2] === key)?.[3];
  const entries = words.flatMap(([, word, key, set = ""]) =>
    word === "set" && key ? [[key, { set, before: valueAt("before", key) }] as const] : [],
  );
  const file = fileOf(place[3] ?? "").toString("utf8");
  const isUnended = textOf(read(keptFile(ctx))).includes("\nunended\n");
  return { file, isNew: place[1] === "new", isUnended, entries: new Map(entries) };
}

function textOf(bytes: Buffer | undefined): string {
  return bytes === undefined ? "" : charactersOf(bytes);
}
