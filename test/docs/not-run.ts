/** The lines of the documents that no test here can run, each with its reason: they are only parsed. */
export const notRun: Readonly<Record<string, string>> = {
  "docker buildx build --platform linux/amd64,linux/arm64 --build-arg GV=PLACE .": "needs Docker",
  "docker buildx build --target sdk --build-arg GV=PLACE .": "needs Docker",
  "docker buildx build --target sdk-node --build-arg GV=PLACE .": "needs Docker",
  "lipo -create -output hello hello-amd64 hello-arm64": "needs a Mac; test/real/universal.test.ts reads both",
  "gv build --reproduce 1.26.8": "takes minutes: test/real/build.test.ts runs it",
  "gv snapshot diff - desktop": "needs the session of a desktop",
  "npm ci && npm pack": "would put other modules under the tests that run now; test/package packs",
  "npm install --global PLACE && gv setup": "test/package/npm.test.ts does, from a file",
  "npx --yes --package=PLACE gv setup": "test/package/npm.test.ts does, from a file",
  "npx --yes ./gv-0.1.0.tgz setup": "test/package/npm.test.ts does",
  "curl -fsSL ADDRESS/install.sh | GV_DOWNLOAD_BASE=ADDRESS sh": "test/package/install-sh.test.ts does",
  "export GV_ROOT=/opt/gv": "an admin's: test/shared-root.test.ts has two users",
  "gv setup --no-profiles": "an admin's: test/shared-root.test.ts has two users",
  "/opt/gv/bin/gv install 1.26.8": "an admin's: test/shared-root.test.ts has two users",
  "echo '. /opt/gv/env' >/etc/profile.d/gv.sh": "changes the machine",
  "npm uninstall --global gv": "test/package/npm.test.ts has npm's folder go away",
};
