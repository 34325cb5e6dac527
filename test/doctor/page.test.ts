/** The page of gv doctor --html in a real browser, as wide as a phone. */
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { expect, it } from "vitest";

import { doctor } from "../../src/commands/doctor.ts";
import { chromium, show } from "../support/browser.ts";
import { healthy } from "../support/doctor.ts";
import { isRequired } from "../support/required.ts";

const browser = chromium();

it.skipIf(browser === undefined && !isRequired("browser"))(
  "asks for nothing, and fits a phone",
  async () => {
    const scene = await healthy();
    const long = `/nowhere/${"verylongname".repeat(30)}`;
    scene.path.push(long, "relative", join(scene.go(join(scene.home, "other"), "1.20.1"), "bin"));
    Object.assign(scene.env, { GOROOT: long, GOFLAGS: "nonsense", GODEBUG: "asyncpreemptoff=1" });
    const file = join(scene.home, "report.html");
    await doctor(scene.context(), [], { offline: true, html: file }).catch(() => undefined);
    const page = { address: pathToFileURL(file).href, width: 390, profile: join(scene.home, "chromium") };
    const { requests, values } = await show(browser ?? "chromium", page, [
      "document.documentElement.scrollWidth",
      "document.querySelectorAll('article').length > 3",
      "document.querySelector('details').open = true; document.documentElement.scrollWidth",
      // What is wider than the window may be scrolled by itself alone.
      "[...document.querySelectorAll('main > *, article > *')].filter((one) => one.getBoundingClientRect().right > 390).map((one) => one.outerHTML)",
      "Math.min(...[...document.querySelectorAll('main *')].map((one) => parseFloat(getComputedStyle(one).fontSize)))",
      "document.querySelector('.wide').scrollWidth <= document.querySelector('.wide').clientWidth",
      "getComputedStyle(document.querySelector('article')).borderLeftColor",
    ]);
    expect(requests).toEqual([page.address]);
    expect(values).toEqual([390, true, 390, [], 14, true, "rgb(207, 34, 46)"]);
  },
  60_000,
);
