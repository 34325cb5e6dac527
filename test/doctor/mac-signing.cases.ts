/** Faults of signatures on macOS (src/checks/mac-signing.ts); codesign, spctl and xattr are scripts on PATH. */
import { join } from "node:path";

import { type Case, mac as platform, type Scene } from "../support/doctor.ts";
import { machines, machOFile } from "../support/executables.ts";

const forArm = machOFile({ machine: machines.machO.arm64 });
const withTools = ({ program, home, write }: Scene): void => {
  program("dlv", forArm);
  write(join(home, "go/bin/gopls"), forArm, 0o755);
};
/** An xattr that finds the quarantine on files of that name. */
const quarantined = (name: string): string =>
  `case "$*" in *com.apple.quarantine*/${name}) echo "0081;66f0;Safari;" ;; *) echo "No such xattr" >&2; exit 1 ;; esac`;

export const macSigning: readonly Case[] = [
  {
    check: "mac-quarantine",
    fault: "a gopls that a browser downloaded",
    finds: /go\/bin\/gopls has com\.apple\.quarantine \(0081;66f0;Safari;\)/,
    platform,
    before(scene) {
      withTools(scene);
      scene.program("xattr", quarantined("somethingelse"));
    },
    put: ({ program }) => program("xattr", quarantined("gopls")),
  },
  {
    check: "mac-gatekeeper",
    fault: "it is not notarized",
    finds: /spctl rejects .*go\/bin\/gopls \(Unnotarized Developer ID\)/,
    platform,
    before(scene) {
      withTools(scene);
      // spctl rejects every program that is no application: without the quarantine that means nothing.
      scene.program("spctl", 'echo "$5: rejected"; echo "source=Unnotarized Developer ID"; exit 3');
      scene.program("xattr", quarantined("somethingelse"));
    },
    put: ({ program }) => program("xattr", quarantined("gopls")),
  },
  {
    check: "mac-signature",
    fault: "dlv was changed after it was signed",
    finds: /codesign refuses .*programs\/dlv: invalid signature \(code or signature have been modified\)/,
    platform,
    before: withTools,
    put: ({ program }) =>
      program(
        "codesign",
        'case "$*" in --verify*dlv) echo "$3: invalid signature (code or signature have been modified)" >&2; exit 1 ;; esac',
      ),
  },
  {
    check: "mac-signature",
    fault: "a program for arm64 without one",
    finds: /codesign refuses .*programs\/dlv: code object is not signed at all/,
    platform,
    before({ program }) {
      program(
        "codesign",
        'case "$*" in --verify*) echo "$3: code object is not signed at all" >&2; exit 1 ;; esac',
      );
      program("dlv", machOFile({ machine: machines.machO.amd64 }));
    },
    put: ({ program }) => program("dlv", forArm),
  },
  {
    check: "dlv-entitlements",
    fault: "a hardened dlv without the entitlement",
    finds:
      /programs\/dlv has the hardened runtime, and hasn't the entitlement com\.apple\.security\.cs\.debugger/,
    platform,
    before(scene) {
      withTools(scene);
      scene.program("codesign", hardened("com.apple.security.cs.debugger"));
    },
    put: ({ program }) => program("codesign", hardened("com.apple.security.network.client")),
  },
  {
    check: "dlv-entitlements",
    fault: "one that is signed ad hoc becomes a hardened one",
    finds: /programs\/dlv has the hardened runtime/,
    platform,
    before(scene) {
      withTools(scene);
      scene.program("codesign", 'case "$*" in "-d -v"*) echo "CodeDirectory flags=0x2(adhoc)" >&2 ;; esac');
    },
    put: ({ program }) => program("codesign", hardened("none")),
  },
];

function hardened(entitlement: string): string {
  return `case "$*" in "-d -v"*) echo "CodeDirectory v=20500 flags=0x10000(runtime) hashes=1" >&2 ;; *--entitlements*) printf '[Dict]\\n\\t[Key] ${entitlement}\\n\\t[Value]\\n\\t\\t[Bool] true\\n' ;; esac`;
}
