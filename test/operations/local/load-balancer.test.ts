import { once } from 'node:events';
import { Agent, createServer, request } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import { LoadBalancer } from '../../../operations/local/load-balancer';
import type { PartEvent } from '../../../operations/local/part';

const host = '127.0.0.1';

/** A replica whose answers the test decides and whose death leaves no connection behind. */
class Replica {
  inFlight = 0;
  served = 0;
  ready = true;
  frozen = false;
  readonly server: Server;

  constructor(
    readonly name: string,
    answer: (incoming: IncomingMessage, response: ServerResponse) => void,
  ) {
    this.server = createServer((incoming, response) => {
      if (incoming.url === '/ready') {
        if (this.frozen) return;
        response.writeHead(this.ready ? 200 : 503).end();
        return;
      }
      this.inFlight += 1;
      this.served += 1;
      response.once('close', () => (this.inFlight -= 1));
      answer(incoming, response);
    });
  }

  async listen(): Promise<number> {
    this.server.listen(0, host);
    await once(this.server, 'listening');
    const address = this.server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  die(): void {
    this.server.close();
    this.server.closeAllConnections();
  }
}

type Answer = ConstructorParameters<typeof Replica>[1];

const running: { die(): void }[] = [];
afterEach(() => {
  for (const part of running.splice(0)) part.die();
});

const HURRIED = { intervalSeconds: 0.05, timeoutSeconds: 1 } as const;
/** So that a busy machine is not taken for a frozen replica. */
const UNHURRIED = { intervalSeconds: 0.4, timeoutSeconds: 0.35 } as const;

async function startBalancer(
  answers: readonly Answer[],
  idleSeconds = 30,
  pace: { readonly intervalSeconds: number; readonly timeoutSeconds: number } = HURRIED,
) {
  const replicas = answers.map((answer, index) => new Replica(`gateway-${index + 1}`, answer));
  const targets = await Promise.all(
    replicas.map(async (replica) => ({ name: replica.name, host, port: await replica.listen() })),
  );
  const events: PartEvent[] = [];
  const balancer = new LoadBalancer(
    {
      name: 'load-balancer',
      host,
      port: 0,
      probe: {
        path: '/ready',
        ...pace,
        healthyThreshold: 2,
        unhealthyThreshold: 3,
      },
      idleSeconds,
      targets,
    },
    (event) => events.push(event),
  );
  const port = await balancer.start();
  running.push(...replicas, { die: () => balancer.stop() });
  return { balancer, replicas, events, port };
}

interface Received {
  readonly status: number;
  readonly body: string;
  readonly headers: IncomingMessage['headers'];
}

const agent = new Agent({ keepAlive: true });
afterAll(() => agent.destroy());

async function send(port: number, body: string): Promise<Received> {
  const asked = request({ agent, host, port, method: 'POST', path: '/x?y=1' });
  asked.end(body);
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  return { status: answer.statusCode ?? 0, body: await text(answer), headers: answer.headers };
}

const echo: Answer = (incoming, response) => {
  response.setHeader(
    'x-seen',
    [incoming.method, incoming.url, incoming.headers['x-forwarded-for']].join(' '),
  );
  incoming.pipe(response);
};

describe('LoadBalancer', () => {
  it('passes requests and answers through unchanged, chunked bodies too', async () => {
    const { port } = await startBalancer([echo]);
    const body = 'ü'.repeat(300_000);
    const { status, body: echoed, headers } = await send(port, body);
    expect(status).toBe(200);
    expect(echoed === body).toBe(true);
    expect(headers['x-seen']).toBe('POST /x?y=1 127.0.0.1');
  });

  it('keeps everybody from taking replicas out of service', async () => {
    const { port, replicas } = await startBalancer([echo]);
    const paths = ['/health/drain', '/health/drain?x=1', '/health/drain/'];
    for (const path of paths) {
      const response = await fetch(`http://${host}:${port}${path}`, { method: 'POST' });
      expect(response.status).toBe(404);
    }
    expect(replicas.map(({ served }) => served)).toEqual([0]);
    expect((await fetch(`http://${host}:${port}/health/drained`)).status).toBe(200);
  });

  it('spreads requests evenly', async () => {
    const { port, replicas } = await startBalancer([echo, echo, echo]);
    for (let index = 0; index < 9; index += 1) await send(port, 'x');
    expect(replicas.map(({ served }) => served)).toEqual([3, 3, 3]);
  });

  it('delivers each piece of a stream when it comes', async () => {
    let finish = (): void => undefined;
    const { port } = await startBalancer([
      (_, response) => {
        response.write('first');
        finish = () => response.end('last');
      },
    ]);
    const asked = request({ host, port }).end();
    const [answer] = (await once(asked, 'response')) as [IncomingMessage];
    const [first] = (await once(answer, 'data')) as [Buffer];
    expect(first.toString()).toBe('first');
    finish();
    expect(await text(answer)).toBe('last');
  });

  it('loses no more requests than were under way on a replica that dies under load', async () => {
    const slow: Answer = (incoming, response) => {
      incoming.resume();
      setTimeout(() => response.end('ok'), 40);
    };
    const { port, replicas } = await startBalancer([slow, slow, slow]);
    const results: Promise<number>[] = [];
    let underWay = -1;
    for (let index = 0; index < 120; index += 1) {
      results.push(
        send(port, '{}').then(
          ({ status }) => status,
          () => 0,
        ),
      );
      await wait(5);
      const inFlight = replicas[1]?.inFlight ?? 0;
      if (index >= 50 && underWay === -1 && inFlight > 0) {
        underWay = inFlight;
        replicas[1]?.die();
      }
    }
    const failed = (await Promise.all(results)).filter((status) => status !== 200);
    expect(underWay).toBeGreaterThan(0);
    expect(failed.length).toBeLessThanOrEqual(underWay);
    expect(failed.every((status) => status === 502)).toBe(true);
  });

  it('cuts an answer that its replica did not finish', async () => {
    const { port, replicas } = await startBalancer([(_, response) => void response.write('half')]);
    const asked = request({ host, port }).end();
    const [answer] = (await once(asked, 'response')) as [IncomingMessage];
    await once(answer, 'data');
    replicas[0]?.die();
    await expect(text(answer)).rejects.toThrow('aborted');
  });

  it('cuts what is open on a replica that answers no probe any more, and nothing else', async () => {
    const half: Answer = (incoming, response) => {
      incoming.resume();
      if (incoming.url === '/stream') response.write('half');
    };
    const { port, replicas, events } = await startBalancer([half, half], 30, UNHURRIED);
    const [first, second] = replicas;
    if (first === undefined || second === undefined) throw new Error('two replicas were started');
    const open = (path: string): Promise<IncomingMessage> => {
      const asked = request({ host, port, path }).end();
      return once(asked, 'response').then(([answer]) => answer as IncomingMessage);
    };
    const [firstStream, secondStream] = [await open('/stream'), await open('/stream')];
    const [silent, spared] = [open('/silent'), open('/silent')];
    while (first.inFlight + second.inFlight < 4) await wait(5);
    expect([first.inFlight, second.inFlight]).toEqual([2, 2]);

    first.frozen = true;

    await expect(text(firstStream)).rejects.toThrow('aborted');
    const refused = await silent;
    expect(refused.statusCode).toBe(502);
    expect(JSON.parse(await text(refused))).toEqual({
      error: {
        message: 'the replica of the gateway stopped answering',
        type: 'load_balancer_error',
        param: null,
        code: '502',
      },
    });
    expect(events[0]).toEqual({ part: 'gateway-1', text: 'frozen: 2 open calls are cut' });
    expect(second.inFlight).toBe(2);
    second.die();
    await expect(text(secondStream)).rejects.toThrow('aborted');
    expect((await spared).statusCode).toBe(502);
  });

  it('lets calls end on a replica that refuses its probes, as one that drains', async () => {
    let finish = (): void => undefined;
    const { balancer, port, replicas, events } = await startBalancer([
      (_, response) => {
        finish = () => response.end('done');
      },
    ]);
    const answer = send(port, 'x');
    const [first] = replicas;
    if (first === undefined) throw new Error('a replica was started');
    while (first.inFlight === 0) await wait(5);
    first.ready = false;
    while (balancer.upCount() > 0) await wait(10);
    await wait(200);
    finish();
    expect((await answer).body).toBe('done');
    expect(events).toEqual([{ part: 'gateway-1', text: 'taken out of rotation: probes fail' }]);
  });

  it('takes a replica out of rotation after failed probes and back in after answered ones', async () => {
    const { balancer, port, replicas, events } = await startBalancer([echo, echo]);
    const second = replicas[1];
    if (second === undefined) throw new Error('two replicas were started');
    second.ready = false;
    while (balancer.upCount() > 1) await wait(10);
    const before = second.served;
    for (let index = 0; index < 4; index += 1) await send(port, 'x');
    expect(second.served).toBe(before);
    second.ready = true;
    while (balancer.upCount() < 2) await wait(10);
    expect(events).toEqual([
      { part: 'gateway-2', text: 'taken out of rotation: probes fail' },
      { part: 'gateway-2', text: 'back in rotation' },
    ]);
  });

  it('rejects requests with 503 and Retry-After when no replica is up', async () => {
    const { port, replicas } = await startBalancer([echo]);
    replicas[0]?.die();
    const { status, headers, body } = await send(port, 'x');
    expect([status, headers['retry-after']]).toEqual([503, '1']);
    expect(JSON.parse(body)).toEqual({
      error: {
        message: 'no replica of the gateway is up',
        type: 'load_balancer_error',
        param: null,
        code: '503',
      },
    });
  });

  it('rejects with 504 a replica that is silent for too long', async () => {
    const { port } = await startBalancer([() => undefined], 0.1);
    const { status, body } = await send(port, 'x');
    expect(status).toBe(504);
    expect(body).toContain('the gateway was silent for 0.1 s');
  });

  it('tells the replica when the client leaves', async () => {
    const { port, replicas } = await startBalancer([() => undefined]);
    const asked = request({ host, port, method: 'POST' });
    asked.on('error', () => undefined);
    asked.end('x');
    const underWay = (): number => replicas[0]?.inFlight ?? -1;
    while (underWay() !== 1) await wait(5);
    asked.destroy();
    while (underWay() !== 0) await wait(5);
    expect(replicas[0]?.served).toBe(1);
  });

  it('finishes what is under way after it stopped listening', async () => {
    let finish = (): void => undefined;
    const { balancer, port } = await startBalancer([
      (_, response) => {
        finish = () => response.end('done');
      },
    ]);
    const answer = send(port, 'x');
    await wait(50);
    balancer.stopListening();
    finish();
    expect((await answer).body).toBe('done');
    await expect(send(port, 'x')).rejects.toThrow();
  });
});
