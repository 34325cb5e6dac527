/**
 * A shell's prompt at a real terminal (a pty that util-linux's script makes): keys are pressed, and what the shell
 * shows is read. Nothing is waited for but what it prints.
 */
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { quote } from "../../src/shim-conf.ts";
import { findProgram } from "./shell.ts";

/** What came of a TAB. */
export interface Completed {
  /** The line as it is then. */
  readonly line: string;
  /** The candidates that are listed under it, in their order. */
  readonly shown: string[];
}

export interface Prompt {
  /** Types the beginning of a line and presses TAB; afterwards the prompt is empty again. */
  complete(line: string): Promise<Completed>;
  /** Ends the shell; gives all that was on the terminal. */
  close(): Promise<string>;
}

export interface PromptOptions {
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  /** What the shell runs first: its rc file. */
  readonly rc: string;
  /** Words before the shell's own: `strace -f`. */
  readonly under?: readonly string[];
}

const ready = "ready> ";
const key = "\u0014"; // Ctrl-T: tells the line, and empties it

const shells = {
  bash: (program: string, { folder, rc }: PromptOptions) => {
    const inputrc = [
      "set completion-query-items 0", // no question before a long list
      "set page-completions off",
      "set show-all-if-ambiguous on", // one TAB
      "set completion-display-width 0", // a candidate a line
      "set enable-bracketed-paste off",
    ];
    writeFileSync(join(folder, "inputrc"), inputrc.map((line) => `${line}\n`).join(""));
    const tell = `tell() { printf '<<%s>>\\n' "$READLINE_LINE"; READLINE_LINE=; }\nbind -x '"\\C-t": tell'`;
    writeFileSync(join(folder, "bashrc"), `PS1='${ready}'\n${tell}\n${rc}\n`);
    return [program, "--noprofile", "--rcfile", join(folder, "bashrc"), "-i"];
  },
  zsh: (program: string, { folder, rc }: PromptOptions) => {
    const settings = [
      `PS1='${ready}' LISTMAX=0 zle_highlight=(none)`,
      "setopt no_prompt_sp no_auto_menu no_list_ambiguous no_list_types list_rows_first",
      "unset zle_bracketed_paste",
      `tell() { zle -I; print -r -- "<<$BUFFER>>"; BUFFER= }`,
      "zle -N tell; bindkey -e; bindkey '^T' tell",
    ];
    writeFileSync(join(folder, ".zshrc"), `${settings.join("\n")}\n${rc}\n`);
    return [program, "--no-globalrcs", "-i"];
  },
};

export type PromptShell = keyof typeof shells;

/** Opens a prompt; resolves when it is there. */
export async function openPrompt(
  shell: PromptShell,
  program: string,
  options: PromptOptions,
): Promise<Prompt> {
  const { folder, env, under = [] } = options;
  const command = [...under, ...shells[shell](program, options)].map(quote).join(" ");
  const settings = { TERM: "dumb", INPUTRC: join(folder, "inputrc"), ZDOTDIR: folder };
  const words = ["-qec", `stty cols 200 rows 1000; exec ${command}`, "/dev/null"];
  const child = spawn(findProgram("script") ?? "script", words, {
    cwd: folder,
    env: { ...settings, ...env },
  });
  let shown = "";
  let look: (() => void) | undefined;
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    shown += text;
    look?.();
  });
  const ended = new Promise<string>((resolve) => child.on("close", () => resolve(shown)));

  /** Presses keys and gives what is shown from then on up to what the pattern matches. */
  function press(keys: string, until: RegExp): Promise<RegExpExecArray> {
    const from = shown.length;
    return new Promise((resolve, reject) => {
      look = () => {
        const match = until.exec(shown.slice(from));
        if (match) resolve(match);
      };
      look();
      void ended.then(() => reject(new Error(`it ended: ${shown}`)));
      child.stdin.write(keys);
    });
  }

  await press("", new RegExp(ready));
  return {
    async complete(line) {
      const pattern = new RegExp(`^([^]*?)<<(.*)>>[^]*${ready}`);
      const [, text = "", after = ""] = await press(`${line}\t${key}`, pattern);
      const [, ...lines] = text.replaceAll("\r", "").split("\n"); // The first one is what was typed.
      const listed = lines.filter((one) => !one.startsWith(ready)).map((one) => one.replace(/ -- .*/, ""));
      return { line: after, shown: listed.join(" ").split(/\s+/).filter(Boolean) };
    },
    async close() {
      child.stdin.write("exit\r");
      return ended;
    },
  };
}
