// Lists the parts of a release as CycloneDX 1.6: the Go modules that the built program itself names
// ("go version -m", so nothing that was only considered), and the npm packages that are bundled into its pages.
//
//     node build/sbom.mjs VERSION PROGRAM…
//
// No date and no random number: the same release gives the same list. Licences are not listed; NOTICE has those
// that ask to be named.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { basename } from "node:path";

const [version, ...programs] = process.argv.slice(2);
const parts = new Map();

for (const program of programs) {
  for (const line of execFileSync("go", ["version", "-m", program], { encoding: "utf8" }).split("\n")) {
    const [kind, name, at, sum] = line.trim().split("\t");
    if (kind !== "dep" && kind !== "=>") continue;
    const purl = `pkg:golang/${name}@${at}`;
    parts.set(purl, {
      type: "library",
      "bom-ref": purl,
      name,
      version: at,
      purl,
      ...(sum?.startsWith("h1:") && {
        hashes: [{ alg: "SHA-256", content: Buffer.from(sum.slice(3), "base64").toString("hex") }],
      }),
    });
  }
}

const lock = JSON.parse(readFileSync(new URL("../frontend/package-lock.json", import.meta.url), "utf8"));
for (const [path, entry] of Object.entries(lock.packages)) {
  if (!path || entry.dev || entry.devOptional || entry.optional) continue;
  const name = path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
  const purl = `pkg:npm/${name.replace("@", "%40")}@${entry.version}`;
  parts.set(purl, {
    type: "library",
    "bom-ref": purl,
    name,
    version: entry.version,
    purl,
    ...(entry.integrity?.startsWith("sha512-") && {
      hashes: [{ alg: "SHA-512", content: Buffer.from(entry.integrity.slice(7), "base64").toString("hex") }],
    }),
  });
}

const root = {
  type: "application",
  "bom-ref": "beistand",
  name: "beistand",
  version,
  licenses: [{ license: { id: "EUPL-1.2" } }],
  components: programs.map((program) => ({
    type: "file",
    name: basename(program),
    hashes: [{ alg: "SHA-256", content: createHash("sha256").update(readFileSync(program)).digest("hex") }],
  })),
};
const components = [...parts.values()].sort((a, b) => (a.purl < b.purl ? -1 : 1));
const dependencies = [{ ref: "beistand", dependsOn: components.map((c) => c["bom-ref"]) }];
const bom = { bomFormat: "CycloneDX", specVersion: "1.6", version: 1, metadata: { component: root }, components, dependencies };
process.stdout.write(JSON.stringify(bom, null, 2) + "\n");
