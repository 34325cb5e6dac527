/** Text as bytes, a character each: what is no UTF-8 stays as it is. For files that are the user's own. */

/** The characters of a file. */
export function charactersOf(bytes: Buffer): string {
  return bytes.toString("latin1");
}

/** The file of these characters. */
export function fileOf(characters: string): Buffer {
  return Buffer.from(characters, "latin1");
}

/** Text of gv's, or a path, as it stands in a file. */
export function encoded(text: string): string {
  return charactersOf(Buffer.from(text, "utf8"));
}
