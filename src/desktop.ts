/**
 * The shims for what no profile reaches: programs that the desktop starts. One file for each system that has a place
 * for it: environment.d(5) of systemd's user manager, a LaunchAgent of launchd (launchd.plist(5), launchctl(1)).
 *
 * Guarantees: PATH keeps what it had, behind the shims and gv itself; a file counts as gv's only by what it says.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";

import type { Change } from "./changes.ts";
import type { Context, Root } from "./context.ts";
import { GvError } from "./errors.ts";
import { configFolder } from "./goenv.ts";
import { checkRootPath } from "./root.ts";
import { quote } from "./shim-conf.ts";

/** What a file of gv's says of itself. */
const mark = "Written by gv setup";

/** The name of the LaunchAgent, and of its file. */
export const agentLabel = "gv.environment";

/** How one kind of system is told. */
interface Desktop {
  /** Where it reads; the same text in each. */
  readonly paths: (ctx: Context) => readonly string[];
  readonly text: (ctx: Context) => string;
  /** Whether nothing but what gv writes is in it: of this root or another. */
  readonly isAll: (text: string) => boolean;
  /** What must be restarted, and how long it holds. */
  readonly written: (ctx: Context, path: string) => string;
  readonly removed: string;
}

const desktops: Readonly<Record<string, Desktop>> = {
  linux: {
    paths: environmentFiles,
    text: ({ root }) =>
      [
        `# ${mark} --gui: the shims first on PATH for what systemd's user manager starts. It reads this at login.`,
        `PATH="${inQuotes(root.shims)}:${inQuotes(root.bin)}:\${PATH:-/usr/local/bin:/usr/bin:/bin}"\n`,
      ].join("\n"),
    isAll: (text) => new RegExp(`^# ${mark}.*\\nPATH=.*\\n$`).test(text),
    written: ({ root }) =>
      [
        "Read at login by systemd's user manager, where systemd runs the session; it holds as long as the file is there.",
        "Log out of every session and in again: what runs already keeps its PATH.",
        ...cron(root),
      ].join("\n"),
    removed: "It holds no more from the next login on.",
  },
  darwin: {
    paths: ({ home }) => [join(home, "Library", "LaunchAgents", `${agentLabel}.plist`)],
    text: agent,
    isAll: (text) => text.includes(mark),
    written: ({ root }, path) =>
      [
        "launchd runs it at each login. For this login, too:",
        `  launchctl bootstrap gui/$(id -u) ${quote(path)}`,
        "What it sets lasts until you log out, and is for programs that are started after it, by whoever was started",
        "after it. So restart the Dock, then the editor:",
        "  launchctl kickstart -k gui/$(id -u)/com.apple.Dock.agent",
        ...cron(root),
      ].join("\n"),
    removed: `PATH is as before from the next login on; to end the agent now: launchctl bootout gui/$(id -u)/${agentLabel}`,
  },
};

/**
 * What makes the desktop start programs with the shims first on PATH; none where that is so. `read` gives a file's
 * bytes. Throws UNSUPPORTED_SYSTEM where gv knows no such place, ROOT_UNSAFE for a root that PATH can't hold.
 */
export function desktopChanges(ctx: Context, read: (path: string) => Buffer | undefined): Change[] {
  checkRootPath(ctx.root.path);
  const desktop = desktops[ctx.platform.os];
  if (desktop === undefined)
    throw new GvError("UNSUPPORTED_SYSTEM", `gv knows no place for a desktop's PATH on ${ctx.platform.os}`, {
      hint: `put this line into what starts your session (~/.xprofile, ~/.xsession): . ${quote(join(ctx.root.path, "env"))}`,
    });
  const after = Buffer.from(desktop.text(ctx));
  return desktop
    .paths(ctx)
    .map((path) => {
      const before = read(path);
      if (before && !desktop.isAll(before.toString("utf8"))) throw notOwn(path, desktop.text(ctx));
      return { path, before, after, note: desktop.written(ctx, path) };
    })
    .filter(({ before }) => before?.equals(after) !== true);
}

/** The files that tell the desktop of this system. */
export function desktopFiles(ctx: Context): readonly string[] {
  return desktops[ctx.platform.os]?.paths(ctx) ?? [];
}

/** What takes it back: the files that say they are gv's. None on a system that has none. */
export function desktopUndo(ctx: Context, read: (path: string) => Buffer | undefined): Change[] {
  const desktop = desktops[ctx.platform.os];
  return desktopFiles(ctx)
    .map((path) => ({ path, before: read(path), after: undefined, note: desktop?.removed ?? "" }))
    .filter(({ before }) => before !== undefined && desktop?.isAll(before.toString("utf8")));
}

function notOwn(path: string, text: string): GvError {
  return new GvError("NOT_WRITABLE", `${path} has lines of your own in it`, {
    hint: `move it away, or put this into it:\n${text.trimEnd()}`,
  });
}

/**
 * ~/.config/environment.d, and the one of $XDG_CONFIG_HOME where that is another: the user manager has that variable
 * if PAM sets it, and hasn't if a profile does. It reads one of the two.
 */
function environmentFiles({ home, env }: Context): string[] {
  const folders = new Set([join(home, ".config"), join(configFolder(home, env))]);
  return [...folders].map((folder) => join(folder, "environment.d", "gv.conf"));
}

/** cron reads none of these files, and expands nothing in its own. */
function cron({ shims, bin }: Root): string[] {
  const line = `  PATH=${shims}:${bin}:/usr/local/bin:/usr/bin:/bin`;
  return ["cron reads no such file. For it, this line at the top of crontab -e:", line];
}

/** Text within double quotes in environment.d: a backslash escapes, and `$$` is a dollar sign. */
function inQuotes(text: string): string {
  return text.replaceAll(/["\\`]/g, "\\$&").replaceAll("$", "$$$$");
}

/**
 * The LaunchAgent. Interactive, since launchd throttles other kinds, and the Dock is being started meanwhile; standard
 * input is /dev/null by default. The folders are arguments, so that no shell reads them.
 */
function agent({ root, program }: Context): string {
  const script = readFileSync(join(program, "shims", "launchd.sh"), "utf8");
  const words = ["/bin/sh", "-c", script, "gv", root.shims, root.bin];
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<!-- ${mark}. -->
<plist version="1.0">
<dict>
	<key>Label</key>
	<string>${agentLabel}</string>
	<key>ProgramArguments</key>
	<array>
${words.map((word) => `\t\t<string>${inXml(word)}</string>\n`).join("")}	</array>
	<key>RunAtLoad</key>
	<true/>
	<key>ProcessType</key>
	<string>Interactive</string>
</dict>
</plist>
`;
}

function inXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
