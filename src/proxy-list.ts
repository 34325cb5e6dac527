/**
 * Whether a list can be the value of GOPROXY, and if not, the list that was meant. Pure.
 *
 * The rule is that of the go command (cmd/go/internal/modfetch/proxy.go: proxyList, newProxyRepo), and stricter where
 * that takes what can't work: entries that it never reaches, addresses without a host, other separators, which it
 * takes for a part of the host's name.
 */

export interface ListProblem {
  /** What is wrong, about the list: `has an empty entry`. No credentials. */
  readonly fact: string;
  /** The list with all that is wrong put right, where that can be told. May hold credentials. */
  readonly meant: string | undefined;
}

interface Entry {
  readonly text: string;
  /** What stands behind it: `,`, `|`, or nothing. */
  readonly separator: string;
}

/** What is wrong with the list, the first thing by name; undefined when the go command can use all of it. */
export function problemOfList(list: string): ListProblem | undefined {
  const facts = /[\n\r\v\0]/.test(list) ? ["has a line break, which Go's env file can't hold"] : [];
  const written = entriesOf(list);
  const parts = written.filter(({ text }) => text !== "");
  if (parts.length === 0) return { fact: "names no proxy", meant: undefined };
  if (parts.length < written.length) facts.push("has an empty entry");

  const words = parts.flatMap(({ text, separator }) => {
    const apart = wordsOf(text);
    if (apart[0] !== text)
      facts.push(`has "${withoutCredentials(text)}": only a comma or | is between entries`);
    return apart.map((word, i) => ({ text: word, separator: i < apart.length - 1 ? "," : separator }));
  });
  const entries = words.map((entry) => {
    const problem = problemOfEntry(entry.text);
    if (problem !== undefined) facts.push(`has "${withoutCredentials(entry.text)}", which ${problem}`);
    return { ...entry, text: problem === undefined ? entry.text : meantBy(entry.text) };
  });
  const end = entries.findIndex(({ text }) => isEnd(text));
  if (end >= 0 && end < entries.length - 1)
    facts.push(`has entries behind ${entries[end]?.text}, where the go command stops`);

  const [fact] = facts;
  return fact === undefined ? undefined : { fact, meant: joined(entries) };
}

/** The entries with what separates them, `direct` or `off` at the end; undefined where one of them can't be told. */
function joined(entries: readonly { text: string | undefined; separator: string }[]): string | undefined {
  const last = entries.find(({ text }) => isEnd(text));
  const ordered = last ? [...entries.filter(({ text }) => !isEnd(text)), last] : entries;
  if (ordered.some(({ text }) => text === undefined)) return undefined;
  const list = ordered.map(({ text, separator }, i) =>
    i < ordered.length - 1 ? `${text}${separator || last?.separator || ","}` : text,
  );
  return list.length > 0 ? list.join("") : undefined;
}

function entriesOf(list: string): Entry[] {
  const parts = list.split(/([,|])/);
  return parts.flatMap((text, i) => (i % 2 ? [] : { text: text.trim(), separator: parts[i + 1] ?? "" }));
}

function isEnd(text: string | undefined): boolean {
  return text === "direct" || text === "off";
}

/** The entries in what the go command takes for one: between `;` or spaces, or the commas of a Chinese keyboard. */
function wordsOf(text: string): string[] {
  const between = String.raw`[\s;\uff1b\uff0c\u3001]+`;
  const host = /^file:/i.test(text) ? "" : String.raw`|[^/\s;]*[.:]`; // The path of a file may have spaces.
  const entry = String.raw`\w+:/|(?:direct|off)(?![^\s;])${host}`;
  return text
    .split(new RegExp(`${between}(?=${entry})|^${between}|${between}$`, "i"))
    .filter((word) => word !== "");
}

/** What keeps the go command from using an entry. */
function problemOfEntry(entry: string): string | undefined {
  if (isEnd(entry)) return undefined;
  if (/^https?\/\//i.test(entry)) return "has no colon behind its scheme";
  const isShort = /[.:/]/.test(entry) && !entry.includes(":/") && !entry.startsWith("/");
  const address = isShort ? `https://${entry}` : entry;
  const [, scheme = "", rest = ""] = /^([a-z][\w+.-]*):(.*)$/is.exec(address) ?? [];
  if (scheme === "") return "has no scheme";
  const isFile = /^file$/i.test(scheme);
  if (!isFile && !/^https?$/i.test(scheme)) return `is neither https, http nor file`;
  if (isFile && !/^\/\/\/[^?#]*$/.test(rest)) return "is not file:/// and a path";
  if (!isFile && !/^\/\/[^/?#\\]/.test(rest)) return "names no host";
  if (!isFile && /[\\#]/.test(rest)) return "has a backslash or a #, which an address can't have";
  return /%(?![0-9a-f]{2})/i.test(rest) || !URL.canParse(address) ? "is no address" : undefined;
}

/** The entry that somebody meant who wrote this one; undefined where that can't be told. */
function meantBy(entry: string): string | undefined {
  const [, scheme, rest] = /^(https?)(?::[\\/]*|[\\/]+)(.+)$/i.exec(entry) ?? [];
  const file = /^(?:file:)?\/*(\/.+)$/i.exec(entry) ?? /^file:\/*(.+)$/i.exec(entry);
  const guesses = [
    /^(?:direct|off)$/i.test(entry) ? entry.toLowerCase() : undefined,
    scheme &&
      `${scheme.toLowerCase()}://${rest?.replaceAll(/\\+/g, "/").replace(/#.*/s, "").replace(/^\/+/, "")}`,
    file?.[1] && `file:///${file[1].replace(/^\/+/, "")}`,
    // A host of the own network, and no word for nothing.
    /^[\w-]+$/.test(entry) && !/^(?:none|no|null|nil|false|disabled?|default)$/i.test(entry)
      ? `https://${entry}`
      : undefined,
  ];
  return guesses.find((guess) => guess !== undefined && problemOfEntry(guess) === undefined);
}

/**
 * A list, or an entry that is no address, as it may be printed: without users and passwords. A comma in a password ends
 * the entry for the go command, and must not show what stands before it.
 */
export function withoutCredentials(list: string): string {
  return list
    .replaceAll(/(^|[,|])(\s*[a-z][a-z+.-]*:\/+)(?:(?![,|]\s*[a-z][a-z+.-]*:\/)[^])*@/gi, "$1$2")
    .replaceAll(/(^|[,|])((?:[a-z][a-z+.-]*:\/+)?)[^,|]*@/gi, "$1$2")
    .replaceAll(/(^|[,|])(\s*[a-z][a-z+.-]*:\/+)[^/@,|[\]]*:(?!\d*(?:[/,|]|$))[^/@,|]*/gi, "$1$2***");
}
