/**
 * A system of its own for a home: users who have it, sudo, cron and sshd, in a mount namespace where /etc/passwd,
 * /etc/sudoers, /run and the crontabs are others. Nothing of this machine changes. Linux, as root or by sudo.
 */
import { execFileSync } from "node:child_process";
import { chmodSync, lchownSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";

import type { Home } from "./launch.ts";
import { findProgram, writeProgram } from "./shell.ts";

const own = process.getuid?.() ?? 0;
const asRoot = own === 0 ? [] : ["sudo", "-n"];
/** Who has the home. */
const uid = own || 54_321;

/** Says why there can be none here; undefined where there can. What is only not installed is no reason. */
export const noMachine: string | undefined = findReason();

function findReason(): string | undefined {
  if (process.platform !== "linux") return "needs Linux";
  try {
    const words = [...asRoot.slice(1), "unshare", "-m", "mount", "-t", "tmpfs", "tmpfs", "/run"];
    execFileSync(asRoot[0] ?? "env", words, { stdio: "ignore" });
    return undefined;
  } catch {
    return "needs root, or sudo without a password, and the right to mount";
  }
}

/** Words before a command that run it there as root, with root's environment and nothing else. */
export function asSuperuser({ top }: Home): readonly string[] {
  const namespace = ["unshare", "-m", "-p", "-f", "--kill-child", "--mount-proc"];
  const env = ["env", "-i", "HOME=/root", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C.UTF-8"];
  return [...asRoot, ...namespace, ...env, "sh", join(top, "machine/enter")];
}

/** Words before a command that run it there as who has the home, with what a daemon would set. */
export function asUser(home: Home): readonly string[] {
  const env = Object.entries(home.env).map(([name, value]) => `${name}=${value}`);
  const user = ["setpriv", `--reuid=${uid}`, `--regid=${uid}`, "--clear-groups"];
  return [...asSuperuser(home), ...user, "env", "-i", ...env];
}

/** The name of the user who has this login shell. All have the home, and one user id. */
export function userOf(shell: string): string {
  return `gv-${shell}`;
}

/** Words that run a command at that user's by ssh: a real sshd, whose network is a pipe. */
export function overSsh(home: Home, shell: string, command: string): readonly string[] {
  const at = (name: string) => join(home.top, "machine", name);
  const options = {
    ProxyCommand: `/usr/sbin/sshd -i -f ${at("sshd_config")}`,
    StrictHostKeyChecking: "no",
    UserKnownHostsFile: "/dev/null",
    LogLevel: "ERROR",
  };
  const words = Object.entries(options).flatMap(([name, value]) => ["-o", `${name}=${value}`]);
  const ssh = ["ssh", "-F", "/dev/null", "-i", at("key"), ...words, `${userOf(shell)}@here`];
  return [...asSuperuser(home), ...ssh, command];
}

/** Words that run this crontab by a real cron, whose first job, `@reboot`, writes to the FIFO that is its argument. */
export function byCron(home: Home, crontab: (fifo: string) => string): readonly string[] {
  const fifo = join(home.top, "machine/fifo");
  const script = `printf '%s\\n' "$1" >/run/spool/${userOf("bash")}
chown ${uid} /run/spool/*; chmod 600 /run/spool/*
rm -f "$2"; mkfifo -m 666 "$2"
cron -f & cat "$2"`;
  return [...asSuperuser(home), "sh", "-c", script, "sh", crontab(fifo), fifo];
}

/** Makes it for this home, whose files become that user's. */
export function makeMachine(home: Home, shells: readonly string[]): void {
  const folder = join(home.top, "machine");
  mkdirSync(folder);
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
  const users = shells.map(
    (shell) => `${userOf(shell)}:*:${uid}:${uid}::${home.path}:${findProgram(shell) ?? `/bin/${shell}`}`,
  );
  write("users", `${users.join("\n")}\n`);
  // As Debian's, but for the password.
  write(
    "sudoers",
    `Defaults env_reset
Defaults secure_path="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
Defaults use_pty
ALL ALL=(ALL:ALL) NOPASSWD: ALL
`,
  );
  for (const key of ["key", "host"])
    execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", join(folder, key)]);
  write(
    "sshd_config",
    `HostKey ${folder}/host\nAuthorizedKeysFile ${folder}/key.pub\nStrictModes no\nUsePAM no\nPidFile none\n`,
  );
  writeProgram(
    join(folder, "enter"),
    `set -e
mount -t tmpfs tmpfs /run
mkdir /run/sshd /run/spool
(umask 22 && cat /etc/passwd '${folder}/users' >/run/passwd)
(umask 337 && cat '${folder}/sudoers' >/run/sudoers)
for name in passwd sudoers; do mount --bind "/run/$name" "/etc/$name"; done
mount --bind /run/spool /var/spool/cron/crontabs
mount -t tmpfs tmpfs /etc/cron.d
mount --bind /dev/null /etc/crontab
exec "$@"
`,
  );
  chmodSync(home.top, 0o755);
  if (own === 0) giveTo(home.path);
}

function giveTo(path: string): void {
  lchownSync(path, uid, uid);
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    if (entry.isDirectory()) giveTo(join(path, entry.name));
    else lchownSync(join(path, entry.name), uid, uid);
  }
}
