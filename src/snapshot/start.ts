/**
 * How this shell was started: the processes above it, and what says who opened it. Of a variable only its name and, where
 * that is a program's own word for itself, its value are told.
 */
import { basename } from "node:path";

import { type Environment, ownId } from "../context.ts";
import type { Machine } from "../doctor/machine.ts";
import { statOf, textOf } from "../read.ts";
import type { Snapshot } from "./shape.ts";

interface Row {
  readonly by: string;
  /** Variables that say so; of `NAME=value` the value counts. */
  readonly env?: readonly string[];
  /** A process above. */
  readonly process?: RegExp;
}

/** The first that fits is it: what lies further in comes first, so a terminal in an editor is the editor's. */
const rows: readonly Row[] = [
  {
    by: "CI",
    env: [
      "GITHUB_ACTIONS",
      "GITLAB_CI",
      "JENKINS_URL",
      "BUILDKITE",
      "CIRCLECI",
      "TF_BUILD",
      "TEAMCITY_VERSION",
      "CI",
    ],
  },
  {
    by: "editor",
    env: [
      "TERM_PROGRAM=vscode",
      "VSCODE_PID",
      "VSCODE_IPC_HOOK_CLI",
      "TERMINAL_EMULATOR=JetBrains-JediTerm",
      "TERM_PROGRAM=zed",
      "ZED_TERM=true",
      "NVIM",
      "VIMRUNTIME",
      "INSIDE_EMACS",
    ],
    process:
      /^(?:code(?:-server|-insiders)?|codium|cursor|goland.*|idea.*|zed(?:-editor)?|n?vim?|emacs.*|subl.*|Code Helper.*|Electron)$/i,
  },
  {
    by: "ssh",
    env: ["SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY"],
    process: /^(?:sshd.*|dropbear|mosh-server)$/,
  },
  { by: "schedule", process: /^(?:cron|crond|atd|anacron)$/i },
  {
    by: "terminal",
    env: [
      "TERM_PROGRAM",
      "KITTY_PID",
      "ALACRITTY_SOCKET",
      "WEZTERM_PANE",
      "KONSOLE_VERSION",
      "VTE_VERSION",
      "TMUX",
      "STY",
    ],
    process:
      /^(?:tmux.*|screen|SCREEN|gnome-terminal-?|ptyxis-agent|konsole|kitty|alacritty|wezterm-gui|ghostty|foot|xterm|urxvtd?|st|xfce4-terminal|Terminal|iTerm2|iTermServer.*|Warp|stable|login|getty|agetty)$/,
  },
  {
    by: "desktop",
    env: ["DESKTOP_STARTUP_ID", "XDG_ACTIVATION_TOKEN"],
    process: /^(?:gnome-shell|plasmashell|kwin_.*|xfce4-.*|cinnamon|sway|Hyprland|launchd|Dock|Finder)$/,
  },
  {
    by: "container",
    env: ["REMOTE_CONTAINERS", "container"],
    process: /^(?:tini|dumb-init|docker-init|conmon|containerd-shim.*)$/,
  },
  { by: "system service", env: ["INVOCATION_ID"], process: /^systemd$/ },
];

/** Who opened it, by what evidence. */
export async function startOf(machine: Machine): Promise<Snapshot["start"]> {
  const all = await processesAbove(machine);
  const end = all.findIndex((name) => rows.some(({ process }) => process?.test(name)));
  const chain = end < 0 ? all : all.slice(0, end + 1);
  for (const row of rows) {
    const variable = row.env?.find((name) => isSet(machine.ctx.env, name));
    const opener = row.process && chain.find((name) => row.process?.test(name));
    const evidence = variable ?? (opener === undefined ? undefined : `process ${opener}`);
    if (evidence !== undefined) return { by: row.by, evidence, chain };
  }
  return { by: "unknown", evidence: "no variable and no process that is known", chain };
}

function isSet(env: Environment, row: string): boolean {
  const [name = "", value] = row.split("=");
  return value === undefined ? Boolean(env[name]) && env[name] !== "false" : env[name] === value;
}

interface Process {
  readonly above: number;
  readonly name: string;
}

/** The names of the processes above gv's own, the nearest first; none where the system doesn't tell. */
async function processesAbove(machine: Machine): Promise<readonly string[]> {
  const processes = statOf(machine.at(`/proc/${ownId}`)) ? ofProc(machine) : await ofPs(machine);
  const names: string[] = [];
  let at = processes(ownId)?.above;
  for (let hops = 0; at !== undefined && at > 0 && hops < 64; hops++) {
    const process = processes(at);
    if (!process) break;
    names.push(process.name);
    at = process.above;
  }
  return names;
}

type Processes = (pid: number) => Process | undefined;

/** proc(5): `pid (name) state above ...`; the name may hold brackets. */
function ofProc(machine: Machine): Processes {
  return (pid) => {
    const stat = textOf(machine.at(`/proc/${pid}/stat`)) ?? "";
    const [, name, above] = /^\d+ \((.*)\) \S (\d+)/s.exec(stat) ?? [];
    return name === undefined ? undefined : { name, above: Number(above) };
  };
}

async function ofPs(machine: Machine): Promise<Processes> {
  const { stdout } = await machine.run("ps", ["-A", "-o", "pid=,ppid=,comm="]);
  const all = new Map<number, Process>();
  for (const line of stdout.split("\n")) {
    const [, pid, above, path] = /^\s*(\d+)\s+(\d+)\s+(.+?)\s*$/.exec(line) ?? [];
    // A login shell is called `-zsh`.
    if (path !== undefined)
      all.set(Number(pid), { above: Number(above), name: basename(path).replace(/^-/, "") });
  }
  return (pid) => all.get(pid);
}
