/** The launch matrix, on: what sudo, sshd, cron, systemd, a container and a GitHub runner start. */
import { randomUUID } from "node:crypto";
import { join } from "node:path";

import { type Home, setupShells } from "./launch.ts";
import { asSuperuser, asUser, byCron, overSsh, userOf } from "./machine.ts";
import { files, type Start, type Words } from "./starts.ts";

const quote = (word: string) => `'${word.replaceAll("'", `'\\''`)}'`;

/** A step of a job, as the runner starts it: a file with these lines. */
function gitHubStart(name: string, words: readonly string[]): Start {
  const step =
    (prepare: string): Words =>
    (home, terminal) => {
      const file = join(home.top, `step-${randomUUID()}`);
      const script = `printf '%s\n' "$1" >${file}; ${prepare}\n${words.join(" ")} ${file}`;
      return [...terminal, "sh", "-c", script, "sh", home.line(), `${file}.path`];
    };
  return {
    name: `a GitHub runner's step, \`${name} {0}\``,
    words: step(""),
    reads: [],
    found: "inherited",
    mend: {
      text: "in an earlier step: `~/.gv/bin/gv env --shell github`",
      // The runner puts the lines of that file before the PATH of later steps, the last one first.
      words: step(
        'GITHUB_PATH=$2 "$HOME/.gv/bin/gv" env --shell github 2>/dev/null; PATH=$(tac "$2" | paste -sd :):$PATH',
      ),
    },
    needs: [words[0] ?? ""],
  };
}

/** With what an image gives, or a service manager. */
function fromSystem(home: string, ahead = ""): readonly string[] {
  const path = `${ahead}/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`;
  return ["env", "-i", `HOME=${home}`, `PATH=${path}`];
}

const generator = "/usr/lib/systemd/user-environment-generators/30-systemd-environment-d-generator";

/** What a system starts, not somebody at a terminal. */
export const systemStarts: readonly Start[] = [
  gitHubStart("bash --noprofile --norc -eo pipefail", ["bash", "--noprofile", "--norc", "-eo", "pipefail"]),
  gitHubStart("bash -e", ["bash", "-e"]),
  gitHubStart("sh -e", ["sh", "-e"]),
  {
    name: "a container's `sh -c`",
    words: ({ path, line }, terminal) => [...terminal, ...fromSystem(path), "sh", "-c", line()],
    reads: [],
    found: "never",
    mend: {
      text: "in the Dockerfile: `ENV PATH=/root/.gv/shims:/root/.gv/bin:$PATH`",
      words: ({ path, root, line }) => [
        ...fromSystem(path, `${root}/shims:${root}/bin:`),
        "sh",
        "-c",
        line(),
      ],
    },
    needs: [],
  },
  {
    name: "`sudo go version`",
    words: (home, terminal) => [...asUser(home), ...terminal, "sudo", home.asks],
    reads: [],
    found: "never",
    mend: {
      text: '`sudo env "PATH=$PATH" go version` (sudo\'s `secure_path` is in its place)',
      words: (home) => [...asUser(home), "bash", "-ic", 'exec sudo env "PATH=$PATH" "$1"', "bash", home.asks],
    },
    needs: ["sudo"],
    onMachine: true,
  },
  {
    name: "`sudo -u you go version`",
    words: (home) => [...asSuperuser(home), "sudo", "-u", userOf("bash"), home.asks],
    reads: [],
    found: "never",
    mend: {
      text: "`sudo -i -u you go version`",
      words: (home) => [...asSuperuser(home), "sudo", "-i", "-u", userOf("bash"), home.asks],
    },
    needs: ["sudo"],
    byDaemon: true,
    onMachine: true,
  },
  ...["bash", "zsh", "fish", "dash"].map((shell): Start => ({
    name: `\`sudo -i -u you go version\`, \`${shell}\``,
    words: (home) => [...asSuperuser(home), "sudo", "-i", "-u", userOf(shell), home.asks],
    reads: files[shell]?.[1] ?? [],
    found: "always",
    needs: ["sudo", shell],
    byDaemon: true,
    onMachine: true,
  })),
  // Debian's bash is built to read .bashrc where sshd starts it.
  ...setupShells.map((shell): Start => {
    const reads = shell === "bash" ? [".bashrc"] : (files[shell]?.[0] ?? []);
    const mend = {
      text: "`ssh host \"sh -l -c 'go version'\"`",
      words: (home: Home) => overSsh(home, shell, `sh -l -c ${quote(home.line())}`),
    };
    return {
      name: `\`ssh host go version\`, \`${shell}\``,
      words: (home) => overSsh(home, shell, home.line()),
      reads,
      ...(reads.length > 0 ? { found: "always" } : { found: "never", mend }),
      needs: [shell, "ssh", "/usr/sbin/sshd"],
      byDaemon: true,
      onMachine: true,
    };
  }),
  {
    name: "a job of cron",
    words: (home) => byCron(home, (fifo) => `@reboot ${home.asks} >${fifo} 2>&1`),
    reads: [],
    found: "never",
    mend: {
      text: "in the crontab: `PATH=/home/you/.gv/shims:/usr/bin:/bin`",
      words: (home) =>
        byCron(home, (fifo) => `PATH=${home.root}/shims:/usr/bin:/bin\n@reboot ${home.asks} >${fifo} 2>&1`),
    },
    needs: ["/usr/sbin/cron"],
    byDaemon: true,
    onMachine: true,
  },
  {
    name: "a unit of `systemd --user`, and what a desktop starts",
    words: (home) => [
      ...asUser(home),
      ...fromSystem(home.path),
      "sh",
      "-c",
      `eval "$("$1" | sed 's/^/export /')"; exec "$2"`,
      "sh",
      generator,
      home.asks,
    ],
    reads: [],
    found: "never",
    mend: {
      text: "`gv setup --gui`",
      words: (home) => [
        ...asUser(home),
        ...fromSystem(home.path),
        "sh",
        "-c",
        `"$3/bin/gv" setup --gui --no-profiles -q; set -- "$2" "$("$1" | sed 's/^/export /')"
        rm "$HOME/.config/environment.d/gv.conf"; eval "$2"; exec "$1"`,
        "sh",
        generator,
        home.asks,
        home.root,
      ],
    },
    byDaemon: true,
    onMachine: true,
    needs: [generator],
  },
];
