/**
 * What can go wrong, said once: a code for programs, a fact for people, the line to type, an exit code.
 *
 * Guarantees: everything foreseen is thrown as a GvError where the fact is known; anything else that
 * reaches cli.ts is a bug in gv and is printed as one. Exit codes are documented in docs/architecture.md.
 */

/**
 * The line that mends a gv whose own files are gone: the copy in its root can't. Not by npx, which runs whatever the
 * registry has of that name. As in shims/gv.sh and shims/shim.sh.
 */
export const setUpAgain = `"$(npm prefix -g)/bin/gv" setup   where npm has gv still; else install it again`;

const exitCodes = {
  failed: 1,
  usage: 2,
  notInstalled: 3,
  notProven: 4,
  network: 5,
  busy: 6,
  shim: 127,
} as const;

/** Every code that gv can print, and the exit code that goes with it. */
export const codes = {
  BAD_ARGUMENT: exitCodes.usage,
  BAD_SPEC: exitCodes.usage,
  BAD_PLATFORM: exitCodes.usage,
  BAD_GOPROXY: exitCodes.usage,
  BAD_GOSUMDB: exitCodes.usage,
  NO_SPEC: exitCodes.usage,
  NOT_INSTALLED: exitCodes.notInstalled,
  NO_SUCH_TOOL: exitCodes.notInstalled,
  NO_SYSTEM_GO: exitCodes.notInstalled,
  NO_SUCH_RELEASE: exitCodes.failed,
  NO_SUCH_PLATFORM: exitCodes.failed,
  UNSUPPORTED_SYSTEM: exitCodes.failed,
  NOT_PROVEN: exitCodes.notProven,
  BAD_ARCHIVE: exitCodes.notProven,
  BAD_TOOLCHAIN: exitCodes.failed,
  NO_SUCH_MODULE: exitCodes.failed,
  NO_FITTING_VERSION: exitCodes.failed,
  BUILD_FAILED: exitCodes.failed,
  NO_CHECKSUM_DATABASE: exitCodes.network,
  NETWORK: exitCodes.network,
  PROXY_REFUSED: exitCodes.network,
  PROXY_OFF: exitCodes.network,
  NO_SPACE: exitCodes.failed,
  NOT_WRITABLE: exitCodes.failed,
  NOT_READABLE: exitCodes.failed,
  ROOT_UNSAFE: exitCodes.failed,
  ROOT_NEWER: exitCodes.failed,
  UNHEALTHY: exitCodes.failed,
  HOOK_TAKEN: exitCodes.failed,
  BUSY: exitCodes.busy,
  INTERRUPTED: 130,
} as const;

export type ErrorCode = keyof typeof codes;

/**
 * A foreseen failure: `message` is the fact, `hint` is why or what to type (may span lines). Both may quote what
 * a stranger wrote: they are made printable.
 */
export class GvError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;

  constructor(code: ErrorCode, message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(printable(message), options.cause === undefined ? {} : { cause: options.cause });
    this.name = "GvError";
    this.code = code;
    this.hint = options.hint === undefined ? undefined : printable(options.hint);
  }

  get exitCode(): number {
    return codes[this.code];
  }
}

/** Text in which what a terminal obeys, or what nobody sees, is written out; newlines and tabs stay. */
export function printable(text: string): string {
  return text.replace(/(?![\n\t])[\p{C}\p{Zl}\p{Zp}]/gu, (one) => `\\u{${one.codePointAt(0)?.toString(16)}}`);
}

/** The same for what is one line: a path's newlines and tabs are written out, too. */
export function printableLine(text: string): string {
  return printable(text.replaceAll("\n", "\\n").replaceAll("\t", "\\t"));
}

/** The `code` of a system error (`ENOENT`, `EEXIST`, ...), or undefined for anything else. */
export function systemCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || error instanceof GvError || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}
