/** What may not be missing here: a test that would skip for want of it fails instead. */
import process from "node:process";

/** True when GV_TEST_REQUIRE names it, or says all: words between commas or spaces. */
export function isRequired(
  what:
    | "browser"
    | "devcontainer"
    | "direnv"
    | "jsonschema"
    | "man"
    | "network"
    | "nginx"
    | "openssl"
    | "qemu"
    | "shells"
    | "strace"
    | "terminal"
    | "yaml",
): boolean {
  const words = (process.env["GV_TEST_REQUIRE"] ?? "").split(/[\s,]+/);
  return words.includes(what) || words.includes("all");
}
