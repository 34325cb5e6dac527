/** Dev containers: what a project's devcontainer.json takes from the machine of whoever wrote it. */
import { join } from "node:path";

import type { Context } from "../context.ts";
import type { Check, Finding } from "../doctor/check.ts";
import type { Machine } from "../doctor/machine.ts";
import { projectFolders } from "../doctor/project.ts";
import { type Json, readJson } from "../jsonc.ts";
import { namesIn, startOf } from "../read.ts";
import { quote } from "../shim-conf.ts";

const reach = "the container, when it is built again; for everybody who opens the project";

export const devContainer: readonly Check[] = [
  {
    id: "dev-container-mount",
    severity: "warning",
    title: "a dev container mounts no folder of one person's machine",
    why: "nobody else has that folder: the container doesn't start there, or has an empty one",
    find: async (machine) =>
      (await containersHere(machine)).flatMap((container) =>
        mountsOf(container)
          .filter(({ source }) => /^\/(?:Users|home)\/[^/$]/.test(source))
          .map(({ source, line }) => ({
            fact: `${container.path}, line ${line} mounts ${source}`,
            ...edit(container, line, `write it from \${localEnv:HOME} or \${localWorkspaceFolder}`),
            reach,
          })),
      ),
  },
  {
    id: "dev-container-goos",
    severity: "warning",
    title: "a dev container that gets the host's Go folders says its own GOOS",
    why: "what a Mac froze or built in them (GOOS in go/env, tools in go/bin) is for macOS, and the container runs Linux",
    find: async (machine) =>
      (await containersHere(machine)).flatMap((container): Finding[] => {
        const { members } = container.json;
        const saysSo = ["remoteEnv", "containerEnv"].some((name) => members.get(name)?.members.has("GOOS"));
        const mount = saysSo ? undefined : mountsOf(container).find(({ source }) => isOfGo(source));
        if (mount === undefined) return [];
        const fact = `${container.path}, line ${mount.line} mounts ${mount.source}, and remoteEnv has no GOOS`;
        const remedy = edit(container, mount.line, 'add "remoteEnv": {"GOOS": "linux"}');
        return [{ fact, ...remedy, reach }];
      }),
  },
];

interface Container {
  readonly path: string;
  readonly json: Json;
}

/** Where https://containers.dev/implementors/spec/#devcontainerjson looks, in the project's folders. */
function containersHere(machine: Machine): Promise<readonly Container[]> {
  return machine.once("dev containers", () => readAll(machine.ctx));
}

async function readAll(ctx: Context): Promise<readonly Container[]> {
  const paths = projectFolders(ctx).flatMap((folder) => [
    join(folder, ".devcontainer.json"),
    join(folder, ".devcontainer/devcontainer.json"),
    ...namesIn(join(folder, ".devcontainer")).map((name) =>
      join(folder, ".devcontainer", name, "devcontainer.json"),
    ),
  ]);
  const read = paths.map(async (path) => {
    const json = await readJson(startOf(path, 1_000_000) ?? "");
    return json && { path, json };
  });
  return (await Promise.all(read)).filter((one) => one !== undefined);
}

/** The folders of the host that a container mounts: mounts, workspaceMount, and -v or --mount of runArgs. */
function mountsOf({ json }: Container): readonly { source: string; line: number }[] {
  return ["mounts", "workspaceMount", "runArgs"].flatMap((name) => {
    const member = json.members.get(name);
    const value = member?.value;
    if (member === undefined) return [];
    const words: readonly unknown[] = Array.isArray(value) ? value : [value];
    return words.flatMap((word, i) => {
      const source = sourceOf(word, name === "runArgs" ? words[i - 1] : undefined);
      return source === undefined ? [] : [{ source, line: member.line }];
    });
  });
}

/** What a mount's text has as its source; undefined for a volume of Docker's own, and for what is no mount. */
function sourceOf(word: unknown, before: unknown): string | undefined {
  if (typeof word === "object" && word !== null && "source" in word)
    return "type" in word && word.type === "volume" ? undefined : String(word.source);
  if (typeof word !== "string") return undefined;
  if (before === "-v" || before === "--volume") return word.split(":")[0];
  if (/(?:^|,)type=volume(?:,|$)/.test(word)) return undefined;
  return /(?:^|,)(?:--mount=)?(?:source|src)=([^,]+)/.exec(word)?.[1];
}

/** GOPATH, its bin, or the folder of Go's env file, of whoever starts the container. */
function isOfGo(source: string): boolean {
  const inHome = /^(?:\$\{localEnv:(?:HOME|USERPROFILE)\}|~|\/(?:Users|home)\/[^/]+)\/(.*?)\/?$/.exec(source);
  return (
    /^\$\{localEnv:(?:GOPATH|GOBIN|GOENV)\}/.test(source) ||
    /^(?:go(?:\/bin)?|\.config\/go(?:\/env)?|Library\/Application Support\/go(?:\/env)?)$/.test(
      inHome?.[1] ?? "",
    )
  );
}

function edit({ path }: Container, line: number, help: string): Pick<Finding, "fix" | "help"> {
  return { fix: `code -g ${quote(`${path}:${line}`)}`, help };
}
