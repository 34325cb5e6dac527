/**
 * The report of gv doctor as one page: no network, no script, readable on a phone and in the dark. Pure.
 *
 * Guarantees: whatever a file or variable holds, it is text there.
 */
import { escaped } from "../xml.ts";
import type { Measured, Severity } from "./check.ts";
import { type Answer, wellOf } from "./diagnose.ts";
import type { Rung, Step } from "./picture.ts";

/** What the page tells. */
export interface Report {
  readonly answers: readonly Answer[];
  readonly ladder: readonly Rung[];
  readonly chain: readonly Step[];
  /** The machine and the time, in words. */
  readonly about: string;
}

const order: readonly Severity[] = ["error", "warning", "note"];

/** The page's text. */
export function htmlOf({ answers, ladder, chain, about }: Report): string {
  const found = answers
    .flatMap(({ check, findings }) =>
      findings.map((finding) => ({ check, severity: finding.severity ?? check.severity, ...finding })),
    )
    .toSorted((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity));
  const counts = order
    .map((severity) => ({ severity, count: found.filter((one) => one.severity === severity).length }))
    .filter(({ count }) => count > 0)
    .map(
      ({ severity, count }) => `<span class="${severity}">${count} ${severity}${count > 1 ? "s" : ""}</span>`,
    );
  const items = found.map(
    ({ check, severity, fact, fix, help, reach }) => `<article class="${severity}">
<h3><span>${severity}</span> ${escaped(check.id)}</h3>
<p><strong>${escaped(fact)}</strong></p>
<p>${escaped(check.why)}</p>
${fix === undefined ? "" : `<pre>${escaped(fix)}</pre>\n`}${help === undefined ? "" : `<p class="help">${escaped(help)}</p>\n`}${reach === undefined ? "" : `<p class="reach">reaches ${escaped(reach)}</p>\n`}</article>`,
  );
  const rows = answers.map(
    ({ check, outcome, reason, ms }) =>
      `<tr class="${outcome}"><td>${escaped(check.id)}</td><td>${escaped(check.title)}${
        reason === undefined ? "" : ` (${escaped(reason)})`
      }</td><td>${outcome}</td><td>${ms} ms</td></tr>`,
  );
  const tables = answers.flatMap(({ check, measured = [] }) =>
    measured.length > 0 ? [`<h2>Measured: ${escaped(check.id)}</h2>\n${tableOf(measured)}`] : [],
  );
  const unknown = answers.filter(({ outcome }) => outcome === "unknown").length;
  if (unknown > 0) counts.push(`<span>${unknown} unknown</span>`);
  const rungs = ladder.map(
    ({ path, what, wins }) =>
      `<li${wins ? ' class="wins"' : ""}><code>${escaped(path)}</code> ${escaped(what)}</li>`,
  );
  const steps = chain.map(
    ({ label, text }) => `<li><span>${escaped(label)}</span> <code>${escaped(text)}</code></li>`,
  );
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>gv doctor</title>
<style>${style}</style>
<main>
<h1>gv doctor</h1>
<p>${escaped(about)}</p>
<p class="counts">${counts.length > 0 ? counts.join(" ") : wellOf(answers)}</p>
<h2>go on PATH</h2>
<ol class="ladder">${rungs.length > 0 ? rungs.join("\n") : "<li>none</li>"}</ol>
<h2>The version here</h2>
<ol class="chain">${steps.join("\n")}</ol>
${items.length > 0 ? `<h2>What was found</h2>\n${items.join("\n")}` : ""}
${tables.join("\n")}
<details><summary>All ${answers.length} checks</summary>
<div class="wide"><table>${rows.join("\n")}</table></div></details>
</main>
</html>
`;
}

/** What was measured, a row each; the names are the first one's. */
function tableOf(measured: readonly Measured[]): string {
  const names = Object.keys(measured[0] ?? {});
  const rows = measured.map((one) =>
    rowOf(
      names.map((name) => String(one[name] ?? "")),
      "td",
    ),
  );
  return `<div class="wide"><table>${[rowOf(names, "th"), ...rows].join("\n")}</table></div>`;
}

function rowOf(cells: readonly string[], tag: "th" | "td"): string {
  return `<tr>${cells.map((cell) => `<${tag}>${escaped(cell)}</${tag}>`).join("")}</tr>`;
}

const style = `
:root { color-scheme: light dark; --text: #1f2328; --page: #fff; --line: #d1d9e0; --soft: #59636e; --error: #cf222e; --warning: #9a6700; --note: #0969da }
@media (prefers-color-scheme: dark) { :root { --text: #e6edf3; --page: #0d1117; --line: #3d444d; --soft: #9198a1; --error: #f85149; --warning: #d29922; --note: #4493f8 } }
body { margin: 0; font: 16px/1.5 system-ui, sans-serif; color: var(--text); background: var(--page) }
main { max-width: 46rem; margin: 0 auto; padding: 1rem }
code, pre { font: 14px/1.4 ui-monospace, monospace; overflow-wrap: anywhere; white-space: pre-wrap }
pre { border: 1px solid var(--line); border-radius: 6px; padding: .5rem; margin: .5rem 0 }
article { border-left: 4px solid; padding: 0 0 0 .8rem; margin: 1.2rem 0; overflow-wrap: anywhere }
article h3 { margin: 0; font-size: 1rem }
article p { margin: .3rem 0 }
article.error { border-color: var(--error) } article.warning { border-color: var(--warning) } article.note { border-color: var(--note) }
.counts span { border: 1px solid; border-radius: 1rem; padding: .1rem .7rem }
span.error, .error h3 span { color: var(--error) } span.warning, .warning h3 span { color: var(--warning) } span.note, .note h3 span { color: var(--note) }
.reach, .chain span { color: var(--soft) }
ol { padding-left: 1.6rem }
.ladder li, .chain li { overflow-wrap: anywhere; margin: .3rem 0 }
.ladder .wins { font-weight: 600 }
.wide { overflow-x: auto } table { border-collapse: collapse; font-size: 14px } th { text-align: left; padding: .2rem .4rem } td { border-top: 1px solid var(--line); padding: .2rem .4rem; text-align: left; vertical-align: top; overflow-wrap: anywhere }
td:nth-child(n+3) { white-space: nowrap; color: var(--soft) }
`;
