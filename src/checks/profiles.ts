/** Start-up files that nobody reads: hidden by another one, of a shell that isn't used, of a time that is over. */
import { basename, join } from "node:path";

import type { Check, Finding } from "../doctor/check.ts";
import { type Assignment, assignments } from "../doctor/assignments.ts";
import { desktopStart } from "../doctor/desktop-start.ts";
import type { Machine } from "../doctor/machine.ts";
import { openAt } from "../doctor/open-at.ts";
import { shown } from "../doctor/settings.ts";
import { quote } from "../shim-conf.ts";
import { namesIn, startOf, statOf } from "../read.ts";

const newShells = "new login shells; programs that are open keep what they have";

/** What a file sets that matters to Go: its variables, and a PATH with something of Go's. */
function ofGo({ name, value }: Assignment): boolean {
  return /^GO[A-Z0-9]+$|^CGO_/.test(name) || (name === "PATH" && /go\b/i.test(value));
}

function inFile(machine: Machine, file: string): Assignment[] {
  return assignments(machine).filter((one) => one.file === file);
}

function listed(found: readonly Assignment[]): string {
  const names = found.map(({ name, line }) => `${name} (line ${line})`);
  return [...new Set(names)].slice(0, 6).join(", ");
}

export const profiles: readonly Check[] = [
  {
    id: "bash-profile-hides-profile",
    severity: "warning",
    title: "no .bash_profile hides a .profile",
    why: "a login bash reads the first of .bash_profile, .bash_login and .profile alone: what the others set is set for nobody",
    find(machine) {
      const files = [".bash_profile", ".bash_login", ".profile"]
        .map((name) => join(machine.ctx.home, name))
        .filter((file) => statOf(file)?.isFile());
      const [winner, ...hidden] = files;
      if (winner === undefined) return [];
      const text = startOf(winner, 100_000) ?? "";
      const rc = join(machine.ctx.home, ".bashrc");
      const known = new Set([...inFile(machine, winner), ...inFile(machine, rc)].map(({ name }) => name));
      return hidden.flatMap((file): Finding[] => {
        const lost = inFile(machine, file).filter(({ name }) => name === "PATH" || !known.has(name));
        if (lost.length === 0 || text.includes(basename(file))) return [];
        const finding = {
          fact: `${winner} hides ${file}, which sets ${listed(lost)}`,
          fix: `echo '. "$HOME/${basename(file)}"' >> ${quote(winner)}`,
          reach: newShells,
        };
        return [lost.some(ofGo) ? finding : { ...finding, severity: "note" }];
      });
    },
  },
  {
    id: "zprofile-not-read",
    severity: "warning",
    title: "what .zprofile and .zlogin set reaches the zsh of a terminal",
    why: "only a login zsh reads them: a terminal on Linux, an editor's task and tmux start another kind",
    async find(machine) {
      const terminal = (await machine.starts).find(
        ({ shell, way }) => shell === "zsh" && way === "interactive",
      );
      const { env } = terminal ?? {};
      if (env === undefined) return [];
      return [".zprofile", ".zlogin"].flatMap((name): Finding[] => {
        const file = join(machine.ctx.env["ZDOTDIR"] || machine.ctx.home, name);
        const lost = inFile(machine, file).filter(
          (one) => ofGo(one) && one.name !== "PATH" && !env[one.name],
        );
        if (lost.length === 0) return [];
        const finding = {
          fact: `${file} sets ${listed(lost)}: zsh -i, which is no login, hasn't got it`,
          fix: `sed -n '${lost.map(({ line }) => `${line}p`).join(";")}' ${quote(file)} >> ${quote(file.replace(/\.z\w+$/, ".zshenv"))}`,
          help: `it copies these lines to the file that every zsh reads; take them out of ${basename(file)} then`,
          reach: "every new zsh",
        };
        // A terminal of macOS starts login shells.
        return [machine.ctx.platform.os === "darwin" ? { ...finding, severity: "note" } : finding];
      });
    },
  },
  {
    id: "profile-unread",
    severity: "warning",
    title: "the files that set Go's variables are read by the shell in use",
    why: "what they say holds for nobody: the login shell is another one, or looks elsewhere",
    find(machine) {
      const { ctx } = machine;
      const used = [ctx.env["SHELL"], ctx.loginShell].flatMap((path) =>
        path ? [basename(path).replace(/^-/, "")] : [],
      );
      const found = assignments(machine).filter((one) => ofGo(one) && one.name !== "PATH");
      const elsewhere = movedFrom(machine);
      const unread = (one: Assignment): string | undefined => {
        if (
          elsewhere !== undefined &&
          one.file.startsWith(`${ctx.home}/.z`) &&
          !one.file.endsWith("/.zshenv")
        )
          return `zsh looks in ${elsewhere}, where ZDOTDIR leads`;
        const isRead =
          one.shells.length === 0 || used.length === 0 || one.shells.some((shell) => used.includes(shell));
        return isRead ? undefined : `${one.shells[0]} reads it, and the shell here is ${used[0]}`;
      };
      const known = new Set(found.filter((one) => unread(one) === undefined).map(({ name }) => name));
      return found.flatMap((one): Finding[] => {
        const why = unread(one);
        if (why === undefined || known.has(one.name) || ctx.env[one.name]) return [];
        const value = one.value.replaceAll(/["']/g, "");
        return [
          {
            fact: `${one.file}, line ${one.line} sets ${one.name}=${shown(one.name, one.value)}: ${why}`,
            ...(/^[\w.:/,%+=-]+$/.test(value)
              ? {
                  fix: `go env -w ${one.name}=${value}`,
                  help: "or put that line into the file that your shell reads",
                }
              : {
                  fix: openAt(ctx, one.file, one.line),
                  help: "move that line to the file that your shell reads",
                }),
            reach: "go env -w: every go command, at once; a start-up file: new shells",
          },
        ];
      });
    },
  },
  {
    id: "environment-plist",
    severity: "warning",
    title: "there is no ~/.MacOSX/environment.plist",
    why: "macOS reads it no more since 10.8: what it sets is set for nobody",
    only: ["darwin"],
    find({ ctx }) {
      const file = join(ctx.home, ".MacOSX", "environment.plist");
      const keys = Array.from((startOf(file, 100_000) ?? "").matchAll(/<key>([^<]*)</g), ([, key]) => key);
      if (!statOf(file)) return [];
      return [
        {
          fact: `${file} is there${keys.length > 0 ? `, and sets ${keys.join(", ")}` : ""}`,
          fix: `rm ${quote(file)}`,
          help: "then, for go on the desktop: gv setup --gui; for Go's variables: go env -w NAME=VALUE",
          reach: "programs of the Dock, once the Dock and they are started again",
        },
      ];
    },
  },
  {
    id: "launchctl-value",
    severity: "warning",
    title: "what launchctl setenv has set is set again at the next login",
    why: "launchd forgets it at logout: the Dock's programs have it today and not tomorrow",
    only: ["darwin"],
    async find(machine) {
      const { ctx } = machine;
      const folders = [join(ctx.home, "Library", "LaunchAgents"), "/Library/LaunchAgents"];
      const agents = folders.flatMap((folder) =>
        namesIn(folder).map((name) => startOf(join(folder, name), 50_000) ?? ""),
      );
      return Object.entries((await desktopStart(machine)) ?? {}).flatMap(([name, value = ""]): Finding[] => {
        const isKept = agents.some(
          (text) => text.includes("setenv") && new RegExp(`\\b${name}\\b`).test(text),
        );
        if (isKept) return [];
        return [
          {
            fact: `launchctl getenv ${name} is ${shown(name, value)}, and no LaunchAgent sets it`,
            fix:
              name === "PATH"
                ? "gv setup --gui"
                : `go env -w ${name}="$(launchctl getenv ${name})" && launchctl unsetenv ${name}`,
            reach:
              name === "PATH"
                ? "programs that are started after the next login, for good"
                : "every go command, until it is set again",
          },
        ];
      });
    },
  },
  {
    id: "desktop-shims",
    severity: "note",
    title: "programs that the desktop starts find the shims",
    why: "an editor from the Dock or a menu reads no profile: unless it asks a shell, it runs another go, or none",
    async find(machine) {
      const { ctx } = machine;
      const desktop = await desktopStart(machine);
      if (!desktop || desktop["PATH"]?.split(":").includes(ctx.root.shims)) return [];
      const who = ctx.platform.os === "darwin" ? "launchd" : "systemd's user manager";
      return [
        {
          fact: `${who} starts programs with PATH ${desktop["PATH"] ?? "as the system has it"}, without ${ctx.root.shims}`,
          fix: "gv setup --gui",
          reach: "programs of the desktop from the next login on, until gv setup --undo",
        },
      ];
    },
  },
];

/** Where zsh looks for its files instead of the home; undefined where it looks there. */
function movedFrom(machine: Machine): string | undefined {
  const { ctx } = machine;
  const own = inFile(machine, join(ctx.home, ".zshenv")).findLast(({ name }) => name === "ZDOTDIR");
  const folder = own ? expanded(own.value, ctx.home) : ctx.env["ZDOTDIR"];
  return folder && folder !== ctx.home ? folder : undefined;
}

function expanded(value: string, home: string): string {
  return value
    .replaceAll(/["']/g, "")
    .replace(/^(?:\$HOME|\$\{HOME\}|~)(?=\/|$)/, home)
    .replace(/\/+$/, "");
}
