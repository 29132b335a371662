import { runInNewContext } from 'node:vm';
import { renderK6Script } from '../../../lib/render';

interface Post {
  readonly url: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Runs the script once as k6 would, with a stand-in for its modules. */
function runOnce(script: string): {
  readonly options: unknown;
  readonly posts: readonly Post[];
  readonly checks: readonly boolean[];
} {
  const posts: Post[] = [];
  const checks: boolean[] = [];
  const exported: { options?: unknown; run?: () => void } = {};
  runInNewContext(
    script
      .replace(/^import .*;$/gm, '')
      .replace('export const options =', 'exported.options =')
      .replace('export default function', 'exported.run = function'),
    {
      exported,
      __ENV: { TARGET: 'http://gateway:4000', API_KEY: 'key', MODEL: 'gpt-4o' },
      __VU: 3,
      __ITER: 5,
      http: {
        post: (url: string, body: string, params: { headers: Post['headers'] }) => {
          posts.push({ url, body, headers: params.headers });
          return { status: 200 };
        },
      },
      check: (answer: unknown, checksOf: Record<string, (answer: unknown) => boolean>) =>
        checks.push(...Object.values(checksOf).map((each) => each(answer))),
    },
  );
  exported.run?.();
  return { options: exported.options, posts, checks };
}

describe('renderK6Script', () => {
  const script = renderK6Script({ virtualUsers: 1000, durationSeconds: 300 });

  it('lets users come slowly and fails above one failure in a hundred', () => {
    expect(runOnce(script).options).toEqual({
      stages: [
        { duration: '30s', target: 1000 },
        { duration: '270s', target: 1000 },
      ],
      thresholds: { http_req_failed: ['rate<0.01'] },
    });
  });

  it('asks the model that the environment names', () => {
    const { posts, checks } = runOnce(script);

    expect(posts).toEqual([
      {
        url: 'http://gateway:4000/v1/chat/completions',
        body: JSON.stringify({
          model: 'gpt-4o',
          messages: [{ role: 'user', content: 'Say hello. 3/5' }],
          max_tokens: 16,
        }),
        headers: { 'content-type': 'application/json', authorization: 'Bearer key' },
      },
    ]);
    expect(checks).toEqual([true]);
  });
});
