import { GATEWAY_PATHS } from '../../../lib';

/**
 * The program of the canary: one chat completion as a client sends it, read to its end. It fails on anything but an
 * answer with text in it. The key is read anew each time, so that a changed one needs no new canary.
 */
export function renderCanaryScript(): string {
  return `'use strict';
const { GetSecretValueCommand, SecretsManagerClient } = require('@aws-sdk/client-secrets-manager');

exports.handler = async () => {
  const secrets = new SecretsManagerClient({});
  const { SecretString: key } = await secrets.send(
    new GetSecretValueCommand({ SecretId: process.env.KEY_SECRET_ARN }),
  );
  const response = await fetch(process.env.GATEWAY_URL + '${GATEWAY_PATHS.chatCompletions}', {
    method: 'POST',
    headers: { authorization: 'Bearer ' + key, 'content-type': 'application/json' },
    body: JSON.stringify({
      model: process.env.MODEL,
      max_tokens: 16,
      messages: [{ role: 'user', content: 'Answer with the word pong.' }],
    }),
    signal: AbortSignal.timeout(Number(process.env.TIMEOUT_MS)),
  });
  if (response.status !== 200) throw new Error('the gateway answered ' + response.status);
  const { choices } = await response.json();
  const text = choices?.[0]?.message?.content;
  if (typeof text !== 'string' || text === '') throw new Error('the answer has no text');
};
`;
}
