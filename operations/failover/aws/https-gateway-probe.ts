import { request as send, type RequestOptions } from 'node:https';
import { GATEWAY_PATHS, REGION_HEADER } from '../../../lib';
import type { GatewayProbe } from './executor-ports';

export interface GatewayProbeInput {
  readonly domainName: string;
  readonly loadBalancerHost: string;
  readonly readMasterKey: () => Promise<string>;
  /** Of where the gateway listens; tests have their own. */
  readonly port?: number;
  readonly ca?: string;
}

interface Answer {
  readonly statusCode: number;
  readonly region: string | null;
  readonly text: string;
}

const TIMEOUT_MS = 30_000;

/** Asks the gateway as a client does. The load balancer is connected to by its own name, and spoken to by the public one. */
export function createGatewayProbe(input: GatewayProbeInput): GatewayProbe {
  const { domainName, loadBalancerHost, port, ca } = input;
  const ask = (host: string, options: RequestOptions, body: unknown = null): Promise<Answer> =>
    exchange(
      {
        host,
        port: port ?? 443,
        ca,
        servername: domainName,
        agent: false,
        timeout: TIMEOUT_MS,
        ...options,
      },
      { domainName, body },
    );
  return {
    checkAnswers: async () => {
      const authorization = `Bearer ${await input.readMasterKey()}`;
      const listed = await ask(loadBalancerHost, {
        path: GATEWAY_PATHS.models,
        headers: { authorization },
      });
      const model = readFirstModel(requireOk(listed, 'the list of models'));
      const request = { model, messages: [{ role: 'user', content: 'Say ok.' }], max_tokens: 16 };
      const options = {
        method: 'POST',
        path: GATEWAY_PATHS.chatCompletions,
        headers: { authorization, 'content-type': 'application/json' },
      };
      requireOk(await ask(loadBalancerHost, options, request), 'a whole answer');
      const stream = requireOk(
        await ask(loadBalancerHost, options, { ...request, stream: true }),
        'a stream',
      );
      if (!stream.text.includes('data: [DONE]')) throw new Error('the stream broke before its end');
    },
    readAnsweringRegion: async () => {
      const { region } = await ask(domainName, { path: GATEWAY_PATHS.region });
      return region ?? 'somebody who names no region';
    },
  };
}

function requireOk(answer: Answer, what: string): Answer {
  if (answer.statusCode === 200) return answer;
  throw new Error(`the gateway answered ${answer.statusCode} instead of ${what}`);
}

function readFirstModel({ text }: Answer): string {
  const { data } = JSON.parse(text) as { readonly data?: readonly { readonly id: string }[] };
  const [first] = data ?? [];
  if (first === undefined) throw new Error('the gateway serves no model');
  return first.id;
}

function exchange(
  options: RequestOptions,
  { domainName, body }: { readonly domainName: string; readonly body: unknown },
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers = {
      ...(options.headers as Record<string, string> | undefined),
      host: domainName,
    };
    const sent = send({ ...options, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({
          statusCode: response.statusCode ?? 0,
          region: String(response.headers[REGION_HEADER] ?? '') || null,
          text: Buffer.concat(chunks).toString(),
        }),
      );
    });
    sent.on('timeout', () => sent.destroy(new Error('the gateway did not answer in time')));
    sent.on('error', reject);
    sent.end(body === null ? undefined : JSON.stringify(body));
  });
}
