/** What of Go's settings a snapshot shows: no secret, wherever one is put; all else as it is. */
import { assert, oneof, property, string, stringMatching } from "fast-check";
import { describe, expect, it } from "vitest";

import { redacted, withoutHome } from "../../src/snapshot/redact.ts";

/** Where people put a secret, S, in a variable. */
const places: readonly (readonly [string, string])[] = [
  ["GOPROXY", "https://me:S@goproxy.example/x,direct"],
  ["GOPROXY", "https://S@goproxy.example,https://goproxy.cn|direct"],
  ["GOPROXY", "https://goproxy.cn,https://me:S@goproxy.example"],
  ["GOPROXY", "me:S@goproxy.example/x,direct"],
  ["GOPROXY", "https://goproxy.example/x?token=S,direct"],
  ["GOPROXY", "https://goproxy.example/x#S,direct"],
  ["GOPROXY", "https://me:S"],
  ["GOSUMDB", "sum.golang.org https://me:S@sum.example"],
  ["GOAUTH", "git /home/me/S"],
  ["GOAUTH", "netrc;helper --password S"],
  ["GOAUTH", "helper S; off"],
  ["GOCACHEPROG", "cacher --key=S"],
  ["GOCACHEPROG", "cacher https://me:S@cache.example"],
  ["GOFLAGS", "-ldflags=-X=main.key=S -mod=mod"],
  ["GOFLAGS", "'-ldflags=-s -X main.key=S -X main.other=1'"],
  ["GOFLAGS", "\"-ldflags=-X 'main.key=S'\""],
  ["GOFLAGS", "'-toolexec=wrapper S'"],
  ["GOFLAGS", "-exec=runner?S=1 -toolexec=x=S"],
  ["GOFLAGS", "xS"],
  ["GOPRIVATE", "https://me:S@git.example/team"],
  ["GOINSECURE", "https://S@git.example"],
  ["CGO_CFLAGS", "-O2 -DAPI_KEY=S"],
  ["CGO_CFLAGS", '-DMY_TOKEN="S"'],
  ["CGO_LDFLAGS", "--auth-token S -L/x"],
  ["CC", "ccache --secret=S gcc"],
  ["GOVCS", "https://me:S@x:git"],
  ["GODEBUG", "password=S,netdns=go"],
  ["GOFUTURE", "Authorization: Bearer S"],
  ["GOFUTURE", "https://me:S@future.example?x=y"],
];

/** Passwords and tokens, as they are typed into a setting between spaces, or into an address as it is or quoted. */
const plain = stringMatching(/^[A-Za-z0-9_+!$%^*()~-]{8,40}$/);
const quoted = string({ minLength: 8, maxLength: 40 })
  .map(encodeURIComponent)
  .filter((text) => text.length >= 8);
const odd = stringMatching(/^[A-Za-z0-9]{4,12}[,@/:][A-Za-z0-9]{4,12}$/);

describe("a secret", () => {
  for (const [name, template] of places)
    it(`is not in what is shown of ${name}=${template}`, () => {
      assert(
        property(oneof(plain, quoted), (secret) => {
          const shown = redacted(
            name,
            template.replaceAll("S", () => secret),
          );
          expect(shown).not.toContain(secret);
        }),
        { numRuns: 300 },
      );
    });

  for (const [name, template] of places.filter(([, text]) => text.includes(":S@")))
    it(`with an @, a comma or a slash of its own is not in what is shown of ${name}=${template}`, () => {
      assert(
        property(odd, (secret) => {
          const shown = redacted(
            name,
            template.replaceAll("S", () => secret),
          );
          for (const part of secret.split(/[,@/:]/)) expect(shown).not.toContain(part);
        }),
        { numRuns: 300 },
      );
    });

  it.each(["0000,aaaa", "0000/aaaa"])("that begins as a port does, %s, needs no scheme", (secret) => {
    expect(redacted("GOPROXY", `direct,me:${secret}@goproxy.example/x,https://b.example`)).toBe(
      "direct,***@goproxy.example/x,https://b.example",
    );
  });

  it("that begins as a port does is none in an address of GOSUMDB, either", () => {
    expect(redacted("GOSUMDB", "sum.golang.org https://me:0000/00aa@sum.example")).toBe(
      "sum.golang.org https://***@sum.example",
    );
  });

  it.each([
    ["a token of GitHub", `ghp_${"a1B2".repeat(9)}`],
    ["one of GitLab", "glpat-abcdefghij0123456789"],
    ["a JSON Web Token", "eyJhbGciOi.eyJzdWIiOi.SflKxwRJSM"],
    ["a key of AWS", "AKIAIOSFODNN7EXAMPLE"],
    ["a UUID", "123e4567-e89b-12d3-a456-426614174000"],
  ])("%s is told by its look, whatever holds it", (_, secret) => {
    for (const name of ["GOFLAGS", "CGO_CFLAGS", "CC", "GOPRIVATE", "GOFUTURE"])
      expect(redacted(name, `-x ${secret}`)).not.toContain(secret);
    expect(redacted("GOPROXY", `https://goproxy.example/${secret}/go,direct`)).toBe(
      "https://goproxy.example/***/go,direct",
    );
  });
});

describe("what is none", () => {
  it.each([
    ["GOPROXY", "https://goproxy.cn,direct"],
    ["GOPROXY", "https://goproxy.example:8443/artifactory/api/go/go-virtual|off"],
    ["GOPROXY", "http://127.0.0.1:3000,file:///srv/proxy"],
    ["GOPROXY", "http://[::1]:3000"],
    ["GOSUMDB", "sum.golang.org"],
    ["GOSUMDB", "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8 https://sum.example/x"],
    ["GOAUTH", "netrc"],
    ["GOFLAGS", "-mod=vendor -tags=integration,linux -buildvcs=false"],
    ["GOFLAGS", "'-ldflags=-s -w' -trimpath"],
    ["GOPRIVATE", "git.example/team/*,*.corp.example"],
    ["CGO_CFLAGS", "-O2 -g -I/opt/include -DVERSION=3"],
    ["CC", "ccache clang -target x86_64-linux-musl"],
    ["GODEBUG", "netdns=go,http2client=0"],
    ["GOVCS", "public:git|hg,private:all"],
    ["GOROOT", "/opt/homebrew/Cellar/go/1.26.1/libexec"],
  ])("is shown as it is: %s=%s", (name, value) => expect(redacted(name, value)).toBe(value));

  it("stays beside a secret", () => {
    expect(redacted("GOPROXY", "https://me:x@goproxy.example/go,https://goproxy.cn,direct")).toBe(
      "https://***@goproxy.example/go,https://goproxy.cn,direct",
    );
    expect(redacted("GOFLAGS", "-ldflags=-X=main.key=abc -mod=mod")).toBe(
      "-ldflags=-X=main.key=*** -mod=mod",
    );
    expect(redacted("GOAUTH", "netrc; git /x")).toBe("netrc;git ***");
  });
});

const show = (text: string): string => withoutHome(text, ["/home/me", "/data/me", "/"]);

it("the home folder is ~, and no other folder is", () => {
  expect(show("/home/me/go:/data/me:/home/me2/go:/mnt/home/me/x")).toBe("~/go:~:/home/me2/go:/mnt/home/me/x");
  expect(show("-I/home/me/include -L/usr/lib --x=/home/me")).toBe("-I~/include -L/usr/lib --x=~");
  expect(show("~/bin")).toBe(String.raw`\~/bin`); // Go doesn't know it.
});
