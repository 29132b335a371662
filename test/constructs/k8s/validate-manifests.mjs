// Reads a JSON list of manifests from standard input and prints, as JSON, what kubernetes-models finds wrong with them.
// The package is an ES module only, which jest's own module system does not load.
import { text } from 'node:stream/consumers';

const manifests = JSON.parse(await text(process.stdin));
const problems = [];
for (const manifest of manifests) {
  const name = `${manifest.kind}/${manifest.metadata.name}`;
  const { [manifest.kind]: Model } = await import(`kubernetes-models/${manifest.apiVersion}`);
  if (Model === undefined) {
    problems.push(`${name}: ${manifest.apiVersion} has no such kind`);
    continue;
  }
  try {
    new Model(manifest).validate();
  } catch (error) {
    problems.push(`${name}: ${error.message}`);
  }
}
process.stdout.write(JSON.stringify(problems));
