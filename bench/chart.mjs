/** A bar chart as SVG: one bar a row, the shorter the better; readable on a light and on a dark page. */

const [width, left, line, bar] = [860, 430, 30, 18];

/** Takes a title and rows of {name, value, text, isOurs}; gives the file's text. */
export function barChart(title, rows) {
  const longest = Math.max(...rows.map(({ value }) => value));
  const room = width - left - 110;
  const bars = rows.map(({ name, value, text, isOurs }, i) => {
    const y = 50 + i * line;
    const length = Math.max(1, (value / longest) * room).toFixed(1);
    return `  <text class="name" x="${left - 10}" y="${y + 13}">${escaped(name)}</text>
  <rect class="${isOurs ? "ours" : "other"}" x="${left}" y="${y}" width="${length}" height="${bar}" rx="2"/>
  <text x="${left + Number(length) + 8}" y="${y + 13}">${escaped(text)}</text>`;
  });
  const height = 50 + rows.length * line + 10;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">
  <title>${escaped(title)}</title>
  <style>
    text { font: 13px system-ui, sans-serif; fill: #1f2328 }
    .title { font-weight: 600; font-size: 15px }
    .name { text-anchor: end }
    .ours { fill: #00758f }
    .other { fill: #9aa4ae }
    @media (prefers-color-scheme: dark) {
      text { fill: #e6edf3 }
      .ours { fill: #29b6d8 }
      .other { fill: #5b6570 }
    }
  </style>
  <text class="title" x="10" y="26">${escaped(title)}</text>
${bars.join("\n")}
</svg>
`;
}

function escaped(text) {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
