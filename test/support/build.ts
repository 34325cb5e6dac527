/** Builds dist/ once before the tests, so that those which run the program run this source. */
import { bundle } from "../../scripts/build.mjs";

export default bundle;
