/** The lines of the documents that no test here can run, each with its reason: they are only parsed. */
export const notRun: Readonly<Record<string, string>> = {
  "docker buildx build --platform linux/amd64,linux/arm64 --build-arg GV=PLACE .": "needs Docker",
  "docker buildx build --target sdk --build-arg GV=PLACE .": "needs Docker",
  "docker buildx build --target sdk-node --build-arg GV=PLACE .": "needs Docker",
  "lipo -create -output hello hello-amd64 hello-arm64": "needs a Mac; test/real/universal.test.ts reads both",
  "gv build --reproduce 1.26.8": "takes minutes: test/real/build.test.ts runs it",
  "gv snapshot diff - desktop": "needs the session of a desktop",
  "npm ci && npm pack": "would put other modules under the tests that run now; test/package packs",
};
