/** gv's line in a text: in it goes, once, where the shell comes by, and out it comes without a trace. */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { withLine, withoutLine } from "../src/owned-line.ts";

const line = ". /root/env";
const marker = `# added by gv setup; "gv setup --undo" takes it out`;
const put = (text: string) => withLine(Buffer.from(text), line).toString();

describe("where the line goes", () => {
  it.each([
    ["an empty file", "", `${line} ${marker}\n`],
    ["a plain one: its end", "a=1\n", `a=1\n${line} ${marker}\n`],
    ["no line break at the end", "a=1", `a=1\n${line} ${marker} with the line break before it\n`],
    [
      "one that may return early: its start, too",
      "case $- in *i*) ;; *) return ;; esac\na=1\n",
      `${line} ${marker}\ncase $- in *i*) ;; *) return ;; esac\na=1\n${line} ${marker}\n`,
    ],
    [
      "behind #!",
      '#!/bin/bash\n[ -n "$PS1" ] || exit 0\n',
      `#!/bin/bash\n${line} ${marker}\n[ -n "$PS1" ] || exit 0\n${line} ${marker}\n`,
    ],
    ["return in a comment", "# return\n", `# return\n${line} ${marker}\n`],
    ["a last line that goes on: the start alone", "a=1 \\\n", `${line} ${marker}\na=1 \\\n`],
    [
      "a here-document that nothing ends: the start alone",
      "cat <<-'E O' >x\na\n E O\n",
      `${line} ${marker}\ncat <<-'E O' >x\na\n E O\n`,
    ],
    ["one that ends", "cat <<EOF\na\nEOF\n", `cat <<EOF\na\nEOF\n${line} ${marker}\n`],
    [
      "a here-string and a shift",
      "cat <<<EOF\na=$((1 <<b))\n# <<c\n",
      `cat <<<EOF\na=$((1 <<b))\n# <<c\n${line} ${marker}\n`,
    ],
    ["a backslash that is quoted", "a=1 \\\\\n", `a=1 \\\\\n${line} ${marker}\n`],
    [
      "what was added behind it since: the end again",
      `a=1\n${line} ${marker}\nPATH=/usr/bin\n`,
      `a=1\nPATH=/usr/bin\n${line} ${marker}\n`,
    ],
    ["another root's line: in its place", `. /old/env ${marker}\na=1\n`, `a=1\n${line} ${marker}\n`],
  ])("%s", (_name, before, after) => {
    expect(put(before)).toBe(after);
  });

  it("early ends that have a # before them", () => {
    for (const text of ['[ "${-#*i}" != "$-" ] || return\n', "[ $# -gt 0 ] || exit\n"])
      expect(put(text)).toBe(`${line} ${marker}\n${text}${line} ${marker}\n`);
  });

  it("a file that gv made keeps saying so, and what it does in place of the shell's own", () => {
    const made = withLine(undefined, line, "defaults");
    const used = Buffer.concat([made, Buffer.from("a=1\n")]);
    const again = withLine(used, line, "defaults");
    expect(again.toString()).toBe(`defaults; ${line} ${marker} with this file\na=1\n${line} ${marker}\n`);
    expect(withLine(again, line, "defaults")).toEqual(again);
    expect(withoutLine(again)?.toString()).toBe("a=1\n");
  });

  it("makes a file that isn't there, and takes it away again", () => {
    const made = withLine(undefined, line);
    expect(made.toString()).toBe(`${line} ${marker} with this file\n`);
    expect(withLine(made, line)).toEqual(made);
    expect(withoutLine(made)).toBeUndefined();
    const used = Buffer.concat([made, Buffer.from("a=1\n")]);
    expect(withoutLine(used)?.toString()).toBe("a=1\n");
    expect(withoutLine(withLine(used, line))?.toString()).toBe("a=1\n");
  });

  it("does in a file that it makes what the shell does without one", () => {
    const made = withLine(undefined, line, "instead");
    expect(made.toString()).toBe(`instead; ${line} ${marker} with this file\n`);
    expect(withLine(made, line, "instead")).toEqual(made);
    expect(withoutLine(made)).toBeUndefined();
    expect(withLine(Buffer.from("a=1\n"), line, "instead").toString()).toBe(put("a=1\n"));
  });

  it.each([
    ["if [ -t 0 ]; then\n  @\nfi\n", "if [ -t 0 ]; then\n  :\nfi\n"],
    ["if a; then # mine\n\t@\n\n# b\nelse\n  @\nfi\n", "if a; then # mine\n\t:\n\n# b\nelse\n  :\nfi\n"],
    ["for a in b; do\r\n  @\r\ndone\r\n", "for a in b; do\r\n  :\r\ndone\r\n"],
    ["go() {\n@\n}\n", "go() {\n:\n}\n"],
    ["[ -t 0 ] &&\n  @\na=1\n", "[ -t 0 ] &&\n  :\na=1\n"],
    // Nothing is missing without it.
    ["if a; then\n  @\n  b\nfi\n", "if a; then\n  b\nfi\n"],
    ["if a; then\n  b\nfi\n@\n", "if a; then\n  b\nfi\n"],
    ["a() { b; }\n@\n", "a() { b; }\n"],
    ["a &&\n@\n", "a &&\n"],
  ])("leaves something in place of one that a text was put around: %j", (text, rest) => {
    const written = Buffer.from(text.replaceAll("@", `${line} ${marker}`));
    expect(withoutLine(written)?.toString()).toBe(rest);
    expect(withLine(written, line).toString()).toContain(rest.trimEnd());
  });

  it("keeps the line break where somebody wrote on behind it", () => {
    expect(withoutLine(Buffer.from(`${put("a=1")}b=2\n`))?.toString()).toBe("a=1\nb=2\n");
  });
});

describe("whatever the bytes", () => {
  const pieces = fc.constantFrom(
    "\n",
    "\r\n",
    "\\",
    "return",
    "exec ",
    "#",
    "#!/bin/sh\n",
    marker.slice(0, 9),
    "é",
    "a",
    "cat <<a\n",
  );
  const bytes = fc.oneof(
    fc.array(pieces).map((words) => Buffer.from(words.join(""))),
    fc.uint8Array().map((array) => Buffer.from(array)),
  );
  const name = fc.constantFrom("/root", "/größe/env", "/a b/'c'");

  it("undo gives them back, and twice is once", () => {
    fc.assert(
      fc.property(bytes, name, (before, root) => {
        const once = withLine(before, `. ${root}`);
        expect(once.includes(Buffer.from(`. ${root} # added`))).toBe(true);
        expect(withLine(once, `. ${root}`)).toEqual(once);
        expect(withoutLine(once)).toEqual(before);
      }),
      { numRuns: 2000 },
    );
  });
});
