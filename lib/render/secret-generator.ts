/** A Secret that is made up once, inside the cluster, so that no value of it ever stands in a manifest. */
export interface SecretGeneratorInput {
  readonly namespace: string;
  readonly secretName: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly values: readonly GeneratedValue[];
  /** Address of the cluster's API. */
  readonly apiUrl: string;
  /** File that holds the token for it. */
  readonly tokenFile: string;
}

/** A key of the Secret. `random`: `prefix` and 48 random letters and digits. `text`: other keys put as `{key}` into a text. */
export type GeneratedValue =
  | { readonly kind: 'random'; readonly key: string; readonly prefix: string }
  | { readonly kind: 'text'; readonly key: string; readonly template: string };

/**
 * A Node program that makes the Secret unless it is there already. Run again it changes nothing: passwords that a
 * database was initialized with must never change behind its back. It prints names, never values.
 */
export function renderSecretGenerator(input: SecretGeneratorInput): string {
  return `'use strict';
const { randomInt } = require('node:crypto');
const { readFileSync } = require('node:fs');

const input = ${JSON.stringify(input, null, 2)};
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const collection = input.apiUrl + '/api/v1/namespaces/' + input.namespace + '/secrets';

function makeValues() {
  const values = {};
  for (const value of input.values) {
    values[value.key] =
      value.kind === 'random'
        ? value.prefix + Array.from({ length: 48 }, () => LETTERS[randomInt(LETTERS.length)]).join('')
        : value.template.replace(/\\{([^}]+)\\}/g, (_, key) => values[key]);
  }
  return values;
}

async function send(method, url, body) {
  return fetch(url, {
    method,
    headers: {
      authorization: 'Bearer ' + readFileSync(input.tokenFile, 'utf8').trim(),
      'content-type': 'application/json',
    },
    body: body === undefined ? undefined : JSON.stringify(body),
    signal: AbortSignal.timeout(10000),
  });
}

async function main() {
  const created = await send('POST', collection, {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: input.secretName, namespace: input.namespace, labels: input.labels },
    type: 'Opaque',
    stringData: makeValues(),
  });
  if (created.status === 201) return 'made secret ' + input.secretName;
  if (created.status !== 409) throw new Error('making the secret was answered ' + created.status);
  const found = await send('GET', collection + '/' + input.secretName);
  if (found.status !== 200) throw new Error('reading the secret was answered ' + found.status);
  const keys = Object.keys((await found.json()).data ?? {});
  const missing = input.values.map((value) => value.key).filter((key) => !keys.includes(key));
  if (missing.length > 0) {
    throw new Error('secret ' + input.secretName + ' is there and lacks ' + missing.join(', ') + '; add them');
  }
  return 'kept secret ' + input.secretName;
}

main().then(
  (outcome) => console.log(outcome),
  (error) => {
    console.error(error.message);
    process.exitCode = 1;
  },
);
`;
}
