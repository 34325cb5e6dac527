/** Text in XML and in HTML: as it stands there, in an element or in an attribute of double quotes. Pure. */

const entities: Readonly<Record<string, string>> = { "&": "amp", "<": "lt", ">": "gt", '"': "quot" };

/** Text as it is written there, whatever it holds. */
export function escaped(text: string): string {
  return text.replaceAll(/[&<>"]/g, (one) => `&${entities[one]};`);
}

/** What such a text says. */
export function unescaped(text: string): string {
  return text.replaceAll(
    /&(amp|lt|gt|quot);/g,
    (whole, name) => Object.keys(entities).find((one) => entities[one] === name) ?? whole,
  );
}
