/**
 * One set-up of the matrix, from a home without gv to a tool that survives a switch: which of the four steps hold, and
 * where one doesn't, whether the line that gv's documents give for it mends it.
 */
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";

import { platformFolder } from "../../src/platform.ts";
import { goScript, tinyToolchain, type Toolchain } from "../support/goproxy.ts";
import { type Environment, type Home, launch } from "../support/launch.ts";
import { entry } from "../support/scene.ts";
import { type Ran, removeTree, temporaryFolder, writeProgram, writeTree } from "../support/shell.ts";
import { profilesWith, type Proxies } from "./beside.ts";
import type { SetUp } from "./set-ups.ts";
import type { Place, Words } from "./starts.ts";
import { releases, shellAt, type Stage, stageOf, systems } from "./systems.ts";

export const steps = ["setup", "install", "switch", "tool"] as const;
export type Step = (typeof steps)[number];

/** Where the steps fail: what was seen in the place of what should be. None for one that holds. */
export type Failures = Partial<Record<Step, string>>;

/** Why steps fail, and the line that mends it, as Markdown. */
export interface Cause {
  readonly cause: string;
  readonly line: string;
}

export interface Outcome {
  readonly setUp: SetUp;
  /** As it is at once. */
  readonly first: Failures;
  /** The causes whose lines were typed then, and what fails nevertheless. */
  readonly causes: readonly (Cause & { readonly steps: readonly string[] })[];
  readonly last: Failures;
}

const oldest = releases[0];

/** zsh doesn't look again where it has looked: it finds the program where Go put it, before its new shim. */
const remembered: Cause = {
  cause:
    "an interactive zsh doesn't look for a new shim, and finds what `go install` put into GOBIN or GOPATH/bin",
  line: "`rehash`, or a new shell",
};

/** Go for each platform of the matrix: a script, whose `go install` puts a program where the real one would. */
export function toolchains(): Toolchain[] {
  const platforms = new Map(systems.map(({ platform }) => [platformFolder(platform), platform]));
  return [...platforms.values()].flatMap((platform) =>
    releases.map((version) => {
      const script = goScript(`go${version}`, platform)
        .replace(
          "exit) exit",
          `install)
  path=\${GOPATH:-$HOME/go} bin=\${GOBIN:-\${path%%:*}/bin}
  mkdir -p "$bin" && printf '#!/bin/sh\\necho hello by ${version}\\n' >"$bin/hello" && chmod 755 "$bin/hello"
  ;;
exit) exit`,
        )
        .replace(
          "version) ",
          `version)
  [ "\${2-}" != -m ] || {
    printf '%s: go${version}\\n\\tbuild\\tGOARCH=${platform.arch}\\n\\tbuild\\tGOOS=${platform.os}\\n' "$3"
    exit
  }
  `,
        );
      return tinyToolchain(version, platform, { files: { "bin/go": script } });
    }),
  );
}

/** The addresses that a set-up may name, and the database that proves what they have. */
export interface Network extends Proxies {
  readonly sumdb: string;
}

/** Runs one, in a folder of its own, which is gone afterwards. */
export async function runSetUp(setUp: SetUp, network: Network): Promise<Outcome> {
  const top = temporaryFolder();
  try {
    return await runIn(setUp, network, top);
  } finally {
    removeTree(top);
  }
}

async function runIn(setUp: SetUp, network: Network, top: string): Promise<Outcome> {
  const { system, shell, start, beside } = setUp;
  const stage = stageOf(system, top);
  const home = homeIn(top, stage, setUp);
  writeTree(home.path, profilesWith(shell, beside.lines));
  beside.make?.(home);
  const place: Place = { home, system, shell, program: shellAt(stage.programs, shell) };

  const goproxy = (proxies = beside.goproxy ?? (({ good }: Proxies) => good)) => proxies(network);
  const gv = (words: readonly string[], proxy = goproxy()): Promise<Ran> =>
    run(place.program, ["-c", [process.execPath, entry, ...words].map((word) => `'${word}'`).join(" ")], {
      ...stage.env,
      GOPROXY: proxy,
      GOSUMDB: network.sumdb,
    });
  const run = (program: string, words: readonly string[], env: Environment = {}): Promise<Ran> =>
    launch([...stage.enter, program, ...words], top, { ...home.env, ...env });
  const typeSetup = () => gv(["setup", "-q", ...(start.isDesktop ? ["--gui"] : [])]);
  const typeInstall = async (proxy = goproxy()): Promise<Failures> =>
    failure("install", await gv(["install", "-q", oldest, "latest"], proxy), () =>
      [oldest, system.newest].every((version) =>
        existsSync(join(home.root, "versions", platformFolder(system.platform), version, "bin/go")),
      ),
    );
  const look = async (words: Words, at = place): Promise<Failures> => {
    const [program = "", ...rest] = words(at);
    return judge(setUp, home, await run(program, rest));
  };

  const setup = failure("setup", await typeSetup(), () => true);
  beside.after?.(home);
  const first = { ...setup, ...(await typeInstall()), ...(await look(start.words)) };

  const causes: Outcome["causes"][number][] = [];
  let last: Failures = first;
  const mend = async (cause: Cause, type: () => Promise<Failures>): Promise<void> => {
    const before = last;
    last = await type();
    const fixed = steps.filter((step) => before[step] !== undefined && last[step] === undefined);
    causes.push({ cause: cause.cause, line: cause.line, steps: fixed });
  };
  const startMend = start.mend?.(shell);
  const words = startMend?.words ?? start.words;
  const { mend: besideMend } = beside;
  const seenOf = ({ install }: Failures, seen: Failures): Failures => ({
    ...setup,
    ...(install === undefined ? {} : { install }),
    ...seen,
  });
  if (startMend && last.switch !== undefined)
    await mend(startMend, async () => seenOf(last, await look(words)));
  if (besideMend && (last.switch ?? last.install) !== undefined)
    await mend(besideMend, async () => {
      if (besideMend.goproxy)
        return seenOf(await typeInstall(goproxy(besideMend.goproxy)), await look(words));
      await typeSetup();
      return seenOf(last, await look(words));
    });
  if (shell === "zsh" && last.switch === undefined && last.tool !== undefined) {
    const rehashing = { ...place, home: { ...home, line: (out = "") => lineIn(top, ["rehash"], out) } };
    await mend(remembered, async () => seenOf(last, await look(words, rehashing)));
  }
  return { setUp, first, causes, last };
}

/** What is typed to find go and a tool in both folders. */
function lineIn(top: string, afterInstall: readonly string[], out: string): string {
  const ask = ["command -v go", "go version", "go env GOROOT"];
  const install = ["go install example.com/hello@latest", ...afterInstall];
  const words = [`cd ${top}/here`, "echo here", ...ask, ...install, "hello"];
  const rest = [`cd ${top}/elsewhere`, "echo elsewhere", ...ask, "command -v hello", "hello", "echo end"];
  return [...words, ...rest].map((word) => (word.startsWith("cd") ? word : word + out)).join("; ");
}

/** A home without gv, a folder that asks for the newest release, and one that asks for nothing. */
function homeIn(top: string, { programs }: Stage, { shell, system: { newest } }: SetUp): Home {
  const [path, here, elsewhere] = ["home", "here", "elsewhere"].map((name) => join(top, name)) as [
    string,
    string,
    string,
  ];
  for (const folder of [path, here, elsewhere]) mkdirSync(folder);
  writeFileSync(join(here, ".go-version"), `${newest}\n`);
  // Else a first fish at a terminal goes through all manual pages, behind its prompt.
  writeTree(path, { ".local/share/fish/generated_completions/.keep": "" });
  const line = (out = "") => lineIn(top, [], out);
  return {
    top,
    path,
    root: join(path, ".gv"),
    line,
    asks: writeProgram(join(top, "asks"), `#!/bin/sh\n${line()}\n`),
    env: {
      HOME: path,
      PATH: `${programs}:/usr/bin:/bin`,
      LC_ALL: "C.UTF-8",
      SHELL: shellAt(programs, shell),
    },
  };
}

function failure(step: Step, { code, stdout, stderr }: Ran, isThere: () => boolean): Failures {
  if (code === 0 && isThere()) return {};
  return { [step]: `${code}: ${stderr}${stdout}`.trim().slice(0, 400) };
}

const linesOf = (text: string): string[] => text.split("\n").filter(Boolean);

/** What the line printed, held to what it must print. */
function judge({ system }: SetUp, { root }: Home, { stdout, stderr }: Ran): Failures {
  const text = stdout.replaceAll("\r", "");
  const [, here = "", elsewhere = ""] = /^here\n([^]*?)^elsewhere\n([^]*?)^end$/m.exec(text) ?? [];
  const platform = platformFolder(system.platform);
  const name = platform.replace("-", "/");
  const answers = (version: string): string[] => [
    `${root}/shims/go`,
    `go version go${version} ${name}`,
    `${root}/versions/${platform}/${version}`,
  ];
  const [inHere, inElsewhere] = [linesOf(here), linesOf(elsewhere)];
  const hello = `hello by ${system.newest}`;
  const wanted = {
    switch: [[...answers(system.newest)], [...answers(oldest)]],
    tool: [[hello], [`${root}/shims/hello`, hello]],
  };
  const seen = {
    switch: [inHere.slice(0, 3), inElsewhere.slice(0, 3)],
    tool: [inHere.slice(3), inElsewhere.slice(3)],
  };
  return Object.fromEntries(
    (["switch", "tool"] as const)
      .filter((step) => JSON.stringify(seen[step]) !== JSON.stringify(wanted[step]))
      .map((step) => [step, `${JSON.stringify(seen[step])} ${stderr.trim()}`.slice(0, 400)]),
  );
}
