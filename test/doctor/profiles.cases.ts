/** Start-up files that nobody reads (src/checks/profiles.ts). */
import { rmSync } from "node:fs";
import { join } from "node:path";

import { type Case, mac } from "../support/doctor.ts";

const goproxy = 'export GOPROXY="https://me:secret@proxy.example"\n';

export const profiles: readonly Case[] = [
  {
    check: "bash-profile-hides-profile",
    fault: "an installer made a .bash_profile",
    finds: /\.bash_profile hides .*\.profile, which sets GOPROXY \(line 1\)/,
    before({ home, write }) {
      write(join(home, ".profile"), goproxy);
      write(join(home, ".bash_profile"), "[ -r ~/.profile ] && . ~/.profile\nexport JAVA_HOME=/x\n");
    },
    put: ({ home, write }) => write(join(home, ".bash_profile"), "export JAVA_HOME=/x\n"),
  },
  {
    check: "bash-profile-hides-profile",
    fault: "a .bash_login, with nothing of Go's lost",
    finds: /\.bash_login hides .*\.profile, which sets EDITOR \(line 1\)/,
    before: ({ home, write }) => write(join(home, ".bash_login"), "umask 022\n"),
    put: ({ home, write }) => write(join(home, ".profile"), "export EDITOR=vi\n"),
  },
  {
    check: "zprofile-not-read",
    fault: "GOPROXY in .zprofile, for a terminal that starts no login",
    finds: /\.zprofile sets GOPROXY \(line 1\): zsh -i, which is no login, hasn't got it/,
    before({ home, write }) {
      write(join(home, ".zshrc"), goproxy);
      write(join(home, ".zprofile"), goproxy);
    },
    put: ({ home }) => rmSync(join(home, ".zshrc")),
  },
  {
    check: "profile-unread",
    fault: "the shell is zsh now, and the settings are bash's",
    finds: /\.bashrc, line 1 sets GOPROXY=proxy\.example": bash reads it, and the shell here is zsh/,
    before({ home, write, env }) {
      env["SHELL"] = "/bin/zsh";
      for (const name of [".bashrc", ".zshrc"]) write(join(home, name), goproxy);
    },
    put: ({ home }) => rmSync(join(home, ".zshrc")),
  },
  {
    check: "profile-unread",
    fault: "ZDOTDIR leads elsewhere",
    finds: /\.zshrc, line 1 sets GOPROXY=.*: zsh looks in .*\.config\/zsh, where ZDOTDIR leads/,
    before({ home, write, env }) {
      env["SHELL"] = "/bin/zsh";
      write(join(home, ".zshrc"), goproxy);
    },
    put: ({ home, write }) => write(join(home, ".zshenv"), 'export ZDOTDIR="$HOME/.config/zsh"\n'),
  },
  {
    check: "environment-plist",
    fault: "one of 2011",
    finds: /\.MacOSX\/environment\.plist is there, and sets GOPATH/,
    platform: mac,
    put: ({ home, write }) =>
      write(
        join(home, ".MacOSX/environment.plist"),
        "<plist><dict><key>GOPATH</key><string>/x</string></dict></plist>\n",
      ),
  },
  {
    check: "launchctl-value",
    fault: "typed once in a terminal",
    finds: /launchctl getenv GOPATH is \/Users\/me\/work, and no LaunchAgent sets it/,
    platform: mac,
    put: ({ program }) => program("launchctl", 'case "$2" in GOPATH) echo /Users/me/work ;; *) echo ;; esac'),
  },
  {
    check: "launchctl-value",
    fault: "PATH, and gv's LaunchAgent is gone",
    finds: /launchctl getenv PATH is .*shims.*, and no LaunchAgent sets it/,
    platform: mac,
    put: ({ home }) => rmSync(join(home, "Library/LaunchAgents"), { recursive: true }),
  },
  {
    check: "desktop-shims",
    fault: "the Dock has the system's PATH",
    finds: /launchd starts programs with PATH as the system has it, without .*shims/,
    platform: mac,
    put: ({ program }) => program("launchctl", "echo"),
  },
  {
    check: "desktop-shims",
    fault: "systemd's user manager has another PATH",
    finds: /systemd's user manager starts programs with PATH \/usr\/bin:\/bin, without .*shims/,
    before({ env, program }) {
      env["WAYLAND_DISPLAY"] = "wayland-0";
      program("systemctl", 'echo "LANG=C"; echo "PATH=$GV_ROOT/shims:/usr/bin"');
    },
    put: ({ program }) => program("systemctl", 'echo "PATH=/usr/bin:/bin"'),
  },
];
