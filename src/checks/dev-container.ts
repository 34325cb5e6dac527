/** Dev containers: what a project's devcontainer.json takes from the machine of whoever wrote it. */
import { dirname, join, resolve } from "node:path";

import type { Context } from "../context.ts";
import type { Check, Finding } from "../doctor/check.ts";
import type { Machine } from "../doctor/machine.ts";
import { projectFolders } from "../doctor/project.ts";
import { type Json, readJson, stringsIn } from "../jsonc.ts";
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
          .map(({ path, source, line }) => ({
            fact: `${path}, line ${line} mounts ${source}`,
            ...(path === container.path
              ? edit(path, line, "write it from ${localEnv:HOME} or ${localWorkspaceFolder}")
              : edit(path, line, "write it from ${HOME}, or from . for the file's own folder")),
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
        const { json, composed } = container;
        const saysSo =
          ["remoteEnv", "containerEnv"].some((name) => json.members.get(name)?.members.has("GOOS")) ||
          composed.some(({ text }) => /^[^#]*\bGOOS\b\s*[:=]/m.test(text));
        const mount = saysSo ? undefined : mountsOf(container).find(({ source }) => isOfGo(source));
        if (mount === undefined) return [];
        const fact = `${mount.path}, line ${mount.line} mounts ${mount.source}, and remoteEnv has no GOOS`;
        const at = mount.path === container.path ? mount.line : 1;
        const remedy = edit(container.path, at, 'add "remoteEnv": {"GOOS": "linux"}');
        return [{ fact, ...remedy, reach }];
      }),
  },
];

interface Container {
  readonly path: string;
  readonly json: Json;
  /** The files of Docker Compose that it is made by. */
  readonly composed: readonly { readonly path: string; readonly text: string }[];
}

interface Mount {
  readonly path: string;
  readonly source: string;
  readonly line: number;
}

const longest = 1_000_000; // bytes

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
    const json = await readJson(startOf(path, longest) ?? "");
    const named = json?.members.get("dockerComposeFile")?.value;
    const composed = (typeof named === "string" ? [named] : stringsIn(named)).map((name) => {
      const file = resolve(dirname(path), name);
      return { path: file, text: startOf(file, longest) ?? "" };
    });
    return json && { path, json, composed };
  });
  return (await Promise.all(read)).filter((one) => one !== undefined);
}

/** The folders of the host that a container mounts: mounts, workspaceMount, -v or --mount of runArgs, and by Compose. */
function mountsOf({ path, json, composed }: Container): readonly Mount[] {
  const own = ["mounts", "workspaceMount", "runArgs"].flatMap((name) => {
    const member = json.members.get(name);
    const value = member?.value;
    if (member === undefined) return [];
    const words: readonly unknown[] = Array.isArray(value) ? value : [value];
    return words.flatMap((word, i) => {
      const source = sourceOf(word, name === "runArgs" ? words[i - 1] : undefined);
      return source === undefined ? [] : [{ path, source, line: member.line }];
    });
  });
  return [...own, ...composed.flatMap((file) => volumesOf(file))];
}

/** What a mount's text has as its source; undefined for a volume of Docker's own, and for what is no mount. */
function sourceOf(word: unknown, before: unknown): string | undefined {
  if (typeof word === "object" && word !== null && "source" in word)
    return "type" in word && word.type === "volume" ? undefined : String(word.source);
  if (typeof word !== "string") return undefined;
  const [, joined] = /^(?:-v|--volume)[ =]?(.+)$/.exec(word) ?? [];
  const volume = before === "-v" || before === "--volume" ? word : joined;
  if (volume !== undefined) return volume.trim().split(":")[0];
  if (/(?:^|,)type=volume(?:,|$)/.test(word)) return undefined;
  return /(?:^|,)(?:--mount=)?(?:source|src)=([^,]+)/.exec(word)?.[1];
}

/**
 * The sources in the lists `volumes:` of a Compose file, read by their lines: `- /a:/b`, `source: /a`, `[/a:/b]`. Other
 * ways to write YAML are passed over.
 */
function volumesOf({ path, text }: Container["composed"][number]): Mount[] {
  let within: number | undefined;
  return text.split("\n").flatMap((content, i): Mount[] => {
    const [, space = "", rest = ""] = /^( *)(.*?)(?:\s+#.*)?$/.exec(content) ?? [];
    if (rest === "" || rest.startsWith("#")) return [];
    // A list may stand as far left as its name.
    if (within !== undefined && (space.length < within || (space.length === within && !rest.startsWith("-"))))
      within = undefined;
    const [, inline] = /^volumes:\s*(.*)$/.exec(rest) ?? [];
    if (inline !== undefined) within = space.length;
    if (within === undefined) return [];
    const sources =
      inline === undefined
        ? [
            /^(?:-\s*)?["']?((?:\/|~|\$)[^:"']*):\//.exec(rest) ??
              /^(?:-\s*)?source:\s*["']?([^"']+)/.exec(rest),
          ]
        : inline.split(/[[\],]/).map((item) => /^\s*["']?((?:\/|~|\$)[^:"']*):\//.exec(item));
    return sources.flatMap((match) => (match?.[1] ? [{ path, source: match[1].trim(), line: i + 1 }] : []));
  });
}

/** GOPATH, its bin, or the folder of Go's env file, of whoever starts the container. */
function isOfGo(source: string): boolean {
  const inHome =
    /^(?:\$\{(?:localEnv:)?(?:HOME|USERPROFILE)\}|\$HOME|~|\/(?:Users|home)\/[^/]+)\/(.*?)\/?$/.exec(source);
  return (
    /^\$\{?(?:localEnv:)?(?:GOPATH|GOBIN|GOENV)\b/.test(source) ||
    /^(?:go(?:\/bin)?|\.config\/go(?:\/env)?|Library\/Application Support\/go(?:\/env)?)$/.test(
      inHome?.[1] ?? "",
    )
  );
}

function edit(path: string, line: number, help: string): Pick<Finding, "fix" | "help"> {
  return { fix: `code -g ${quote(`${path}:${line}`)}`, help };
}
