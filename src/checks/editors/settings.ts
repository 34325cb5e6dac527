/**
 * The settings of VS Code and of what is made from it: which files hold them here, what they say, and on which line.
 * Places: https://code.visualstudio.com/docs/configure/settings, and each one's own documents.
 */
import { join } from "node:path";

import type { Context } from "../../context.ts";
import type { Finding } from "../../doctor/check.ts";
import type { Machine } from "../../doctor/machine.ts";
import { projectFolders } from "../../doctor/project.ts";
import { configFolder } from "../../goenv.ts";
import { type Json, readJson } from "../../jsonc.ts";
import { namesIn, startOf } from "../../read.ts";
import { quote } from "../../shim-conf.ts";

/** An editor's folder of settings, and the program that opens a file in it. */
const editors = [
  { folder: "Code", program: "code" },
  { folder: "Code - Insiders", program: "code-insiders" },
  { folder: "Code - OSS", program: "code-oss" },
  { folder: "VSCodium", program: "codium" },
  { folder: "Cursor", program: "cursor" },
  { folder: "Windsurf", program: "windsurf" },
] as const;

/** The same of Flatpak and Snap, whole paths below the home. */
const packaged = [
  { folder: ".var/app/com.visualstudio.code/config/Code/User", program: "flatpak run com.visualstudio.code" },
  {
    folder: ".var/app/com.vscodium.codium/config/VSCodium/User",
    program: "flatpak run com.vscodium.codium",
  },
  { folder: "snap/code/current/.config/Code/User", program: "code" },
  { folder: "snap/codium/current/.config/VSCodium/User", program: "codium" },
] as const;

/** Of what runs without a screen: the far end of Remote-SSH, a dev container, a codespace, code-server. */
const servers = [
  { folder: ".vscode-server/data/Machine", program: "code" },
  { folder: ".vscode-remote/data/Machine", program: "code" },
  { folder: ".local/share/code-server/User", program: "code-server" },
  { folder: ".vscode-server-insiders/data/Machine", program: "code-insiders" },
  { folder: ".vscodium-server/data/Machine", program: "codium" },
  { folder: ".cursor-server/data/Machine", program: "cursor" },
  { folder: ".windsurf-server/data/Machine", program: "windsurf" },
] as const;

const longest = 1_000_000; // bytes

/** What a change of such a file reaches. */
export const reach = "the editor, when its window is loaded again; until somebody sets it again";

interface SettingsFile {
  readonly path: string;
  readonly program: string;
  /** What ${workspaceFolder} stands for. */
  readonly workspace: string;
  readonly settings: Json;
  /** The names that lead to the settings in the file: of a *.code-workspace `settings`. */
  readonly within: readonly string[];
}

/** One setting. */
export interface Setting {
  readonly file: SettingsFile;
  /** The names that lead to it in the settings: of one for a language `[go]`. */
  readonly block: readonly string[];
  readonly key: string;
  readonly json: Json;
}

/** Every setting of every file that is there, in the order in which a later file wins. */
export async function allSettings(machine: Machine): Promise<readonly Setting[]> {
  const files = await machine.once("VS Code's settings", () => readAll(machine.ctx));
  return files.flatMap((file) => {
    const own = [...file.settings.members].map(([key, json]) => ({ file, block: [], key, json }));
    const ofGo = own.filter(({ key }) => /^\[.*\bgo\b.*\]$/.test(key));
    return [
      ...own,
      ...ofGo.flatMap(({ key: block, json }) =>
        [...json.members].map(([key, inner]) => ({ file, block: [block], key, json: inner })),
      ),
    ];
  });
}

/** Those of one name. */
export async function settingsNamed(machine: Machine, name: string): Promise<readonly Setting[]> {
  return (await allSettings(machine)).filter(({ key }) => key === name);
}

async function readAll(ctx: Context): Promise<readonly SettingsFile[]> {
  const workspaces = projectFolders(ctx).toReversed();
  const places = [
    ...userFiles(ctx).map((place) => ({ ...place, workspace: ctx.cwd, within: [] })),
    ...workspaces.flatMap((workspace) => [
      ...namesIn(workspace)
        .filter((name) => name.endsWith(".code-workspace"))
        .map((name) => ({ path: join(workspace, name), program: "code", workspace, within: ["settings"] })),
      { path: join(workspace, ".vscode/settings.json"), program: "code", workspace, within: [] },
    ]),
  ];
  const files = await Promise.all(
    places.map(async (place) => {
      const text = startOf(place.path, longest);
      const whole = text === undefined ? undefined : await readJson(text);
      const settings = place.within.length > 0 ? whole?.members.get("settings") : whole;
      return settings && { ...place, settings };
    }),
  );
  return files.filter((file) => file !== undefined);
}

/** The files that may hold a user's own settings: of each editor, and of its profiles. */
function userFiles(ctx: Context): readonly { path: string; program: string }[] {
  return [...placesOf(ctx, "own"), ...placesOf(ctx, "server")].flatMap(({ folder, program }) => {
    const profiles = namesIn(join(folder, "profiles")).map((name) => join(folder, "profiles", name));
    return [folder, ...profiles].map((one) => ({ path: join(one, "settings.json"), program }));
  });
}

/** The folders in which each editor looks for a user's settings; on a server, for those of whoever connects to it. */
export function settingsPlaces(ctx: Context, whose: "own" | "server"): readonly string[] {
  return placesOf(ctx, whose).map(({ folder }) => folder);
}

function placesOf(ctx: Context, whose: "own" | "server"): readonly { folder: string; program: string }[] {
  const { home, platform, env } = ctx;
  const atHome = ({ folder, program }: { folder: string; program: string }) => ({
    folder: join(home, folder),
    program,
  });
  if (whose === "server") return servers.map(atHome);
  const base =
    platform.os === "darwin" ? join(home, "Library", "Application Support") : configFolder(home, env);
  const own = editors.map(({ folder, program }) => ({ folder: join(base, folder, "User"), program }));
  return [...own, ...packaged.map(atHome)];
}

/** Which file and line say it: `/home/a/.config/Code/User/settings.json, line 3: go.goroot`. */
export function where({ file, block, key, json }: Setting, inner?: readonly [string, Json]): string {
  const names = [...block, key, ...(inner ? [inner[0]] : [])].join(": ");
  return `${file.path}, line ${inner?.[1].line ?? json.line}: ${names}`;
}

/** The line that opens the file there, and what to do then. */
export function open({ file, json }: Setting, what: string, inner?: Json): Pick<Finding, "fix" | "help"> {
  const line = inner?.line ?? json.line;
  const fix =
    file.program === "code-server"
      ? `\${EDITOR:-vi} +${line} ${quote(file.path)}`
      : `${file.program} -g ${quote(`${file.path}:${line}`)}`;
  return { fix, help: what };
}

/**
 * What a path of a setting means to who reads it; undefined where gv can't tell (another variable). VS Code knows
 * ${userHome}; the Go extension leaves it as it stands, and looks for a folder of that name (its pathUtils.ts).
 */
export function pathOf(ctx: Context, { file, key }: Setting, value: unknown): string | undefined {
  if (typeof value !== "string" || value === "") return undefined;
  const isExtensions = key.startsWith("go.");
  const path = value
    .replace(/^~(?=\/|$)/, ctx.home)
    .replace(/\$\{userHome\}/g, isExtensions ? "$&" : ctx.home)
    .replace(/\$\{workspace(?:Folder|Root)\}/g, file.workspace)
    .replace(/\$\{env:(\w+)\}/g, (whole: string, name: string) => ctx.env[name] ?? whole);
  const unknown = isExtensions ? path.replaceAll("${userHome}", "") : path;
  return unknown.includes("${") ? undefined : path;
}
