/**
 * Writes docs/terminal.svg: a real session of gv at a real terminal (a pty of util-linux's script), as text. It
 * installs from the GOPROXY of this machine into a home of its own, so it needs a network, and `npm run build` first.
 *
 * The picture moves once, where the bar is drawn, and not at all for who asks for no motion. Light or dark is the
 * reader's.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

const repository = fileURLToPath(new URL("..", import.meta.url));

const columns = 76;
const [glyph, line, margin] = [8.43, 20, 20];

/** Where the baseline of a line is, from 0. */
const at = (i) => 58 + i * line;

/** What is typed, in a home that has a project, whose go.mod says go 1.27. */
const session = ["gv install 1.26.8", "go version", "cd hello", "gv use 1.27.1", "go version", "gv doctor"];

/** How often the bar is shown on its way, and for how long, in s. */
const [frames, each] = [5, 0.4];

/** Types the session into a terminal; gives all that it got. */
function play() {
  const folder = mkdtempSync(join(tmpdir(), "gv-terminal-"));
  const home = join(folder, "you");
  const project = join(home, "hello");
  mkdirSync(project, { recursive: true });
  // Without `direct`, which not every machine reaches.
  const [GOPROXY] = execFileSync("go", ["env", "GOPROXY"], { encoding: "utf8" }).trim().split(/[,|]/);
  const env = { ...process.env, HOME: home, SHELL: "/bin/bash", TERM: "xterm-256color", GOPROXY };
  for (const name of ["GV_ROOT", "GV_VERSION", "GOROOT", "GOFLAGS", "NO_COLOR"]) delete env[name];
  env.PATH = `${join(process.execPath, "..")}:/usr/bin:/bin`;
  try {
    execFileSync(process.execPath, [join(repository, "dist/gv.cjs"), "setup", "-q"], { env });
    writeFileSync(join(project, "go.mod"), "module example.com/hello\n\ngo 1.27\n");
    writeFileSync(
      join(folder, "session.sh"),
      session.map((typed) => `printf '\\033[32m$\\033[0m %s\\n' '${typed}'\n${typed}\n`).join(""),
    );
    const typed = `stty cols ${columns}; exec bash -l '${join(folder, "session.sh")}'`;
    const printed = execFileSync("script", ["-qec", typed, "/dev/null"], {
      env,
      cwd: home,
      encoding: "utf8",
    });
    return printed.replaceAll(home, "/home/you").replaceAll("\r\n", "\n").trimEnd();
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
  }
}

/** A printed line: what is left of it, and what it showed before that: \r goes back, ESC [ K erases. */
function drawn(printed) {
  const states = printed.split("\r").map((text) => text.replace("\u001b[K", ""));
  return { last: states.at(-1), before: states.slice(0, -1).filter((text) => text !== "") };
}

const colours = { 1: "bold", 2: "dim", 31: "red", 32: "green", 33: "yellow", 34: "blue", 36: "cyan" };

/** A line with ANSI colours, as spans. */
function spans(text) {
  const [plain, ...coloured] = text.split("\u001b[");
  const parts = coloured.map((part) => {
    const [, codes = "", words = part] = /^([\d;]*)m(.*)$/.exec(part) ?? [];
    const classes = codes.split(";").flatMap((code) => colours[code] ?? []);
    if (classes.length === 0 || words === "") return escaped(words);
    return `<tspan class="${classes.join(" ")}">${escaped(words)}</tspan>`;
  });
  return [escaped(plain), ...parts].join("");
}

function escaped(text) {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** The picture of what was printed. */
function picture(printed) {
  const lines = printed.split("\n").map(drawn);
  const bars = lines.flatMap(({ before }, row) => before.map((text) => ({ text, row })));
  const row = bars[0]?.row ?? 0;
  const first = bars.filter((bar) => bar.row === row);
  const shown = Array.from(
    { length: Math.min(frames, first.length) },
    (_, i) => first[Math.floor(((i + 1) * first.length) / (frames + 1))],
  );
  const over = (shown.length * each).toFixed(1);
  const text = (content, i, more = "") => `<text x="${margin}" y="${at(i)}"${more}>${content}</text>`;
  const wrapped = lines.map(({ last }, i) => text(spans(last), i));
  const moving = shown.map((bar, i) =>
    text(escaped(bar.text), row, ` class="frame" style="animation-delay:${(i * each).toFixed(1)}s"`),
  );
  const width = Math.ceil(columns * glyph + 2 * margin);
  const height = at(lines.length - 1) + margin;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title">
  <title id="title">A terminal: ${escaped(session.join(", "))}</title>
  <style>
    text { font: 14px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; fill: #1f2328; white-space: pre }
    .window { fill: #f6f8fa; stroke: #d1d9e0 }
    .button { fill: #d1d9e0 }
    .bold { font-weight: 600 } .dim { fill: #59636e }
    .green { fill: #00758f } .cyan { fill: #00758f } .red { fill: #cf222e } .yellow { fill: #9a6700 } .blue { fill: #0969da }
    .frame { visibility: hidden }
    @media (prefers-color-scheme: dark) {
      text { fill: #e6edf3 }
      .window { fill: #0d1117; stroke: #3d444d }
      .button { fill: #3d444d }
      .dim { fill: #9198a1 }
      .green { fill: #29b6d8 } .cyan { fill: #29b6d8 } .red { fill: #ff7b72 } .yellow { fill: #d29922 } .blue { fill: #58a6ff }
    }
    @media (prefers-reduced-motion: no-preference) {
      .frame { animation: shown ${each}s step-end }
      .rest { animation: hidden ${over}s step-end }
    }
    @keyframes shown { from { visibility: visible } }
    @keyframes hidden { from { visibility: hidden } }
  </style>
  <rect class="window" x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="8"/>
${[0, 1, 2].map((i) => `  <circle class="button" cx="${margin + 5 + i * 18}" cy="20" r="5"/>`).join("\n")}
${wrapped
  .slice(0, row)
  .map((one) => `  ${one}`)
  .join("\n")}
${moving.map((one) => `  ${one}`).join("\n")}
  <g class="rest">
${wrapped
  .slice(row)
  .map((one) => `    ${one}`)
  .join("\n")}
  </g>
</svg>
`;
}

writeFileSync(join(repository, "docs/terminal.svg"), picture(play()));
