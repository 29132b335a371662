import { GATEWAY_PATHS } from '../gateway-contract';

/** A load test. Address, key and model come from the environment: `TARGET`, `API_KEY`, `MODEL`. */
export interface K6Input {
  readonly virtualUsers: number;
  readonly durationSeconds: number;
}

/** Share of requests that may fail. Guide, "Disaster Recovery Drills": error rates remain below 1 %. */
const MAX_FAILURE_RATE = 0.01;

/**
 * A script for k6: users come within the first tenth of the time, ask one question after the other, and the run fails
 * when more than one request in a hundred did. Answers are paced by the models, so their time is reported, not judged.
 *
 * @see guide, "Chaos Engineering"
 */
export function renderK6Script({ virtualUsers, durationSeconds }: K6Input): string {
  const rampSeconds = Math.ceil(durationSeconds / 10);
  const options = {
    stages: [
      { duration: `${rampSeconds}s`, target: virtualUsers },
      { duration: `${durationSeconds - rampSeconds}s`, target: virtualUsers },
    ],
    thresholds: { http_req_failed: [`rate<${MAX_FAILURE_RATE}`] },
  };
  return `import http from 'k6/http';
import { check } from 'k6';

export const options = ${JSON.stringify(options, null, 2)};

export default function () {
  const body = JSON.stringify({
    model: __ENV.MODEL,
    messages: [{ role: 'user', content: 'Say hello. ' + __VU + '/' + __ITER }],
    max_tokens: 16,
  });
  const answer = http.post(__ENV.TARGET + '${GATEWAY_PATHS.chatCompletions}', body, {
    headers: { 'content-type': 'application/json', authorization: 'Bearer ' + __ENV.API_KEY },
    tags: { name: 'chat completion' },
  });
  check(answer, { 'is answered': (each) => each.status === 200 });
}
`;
}
