// Puts load on one target after the other, as its parent says, and checks every answer. Keeps the connections between
// rounds, so that no round pays for opening them.
import { connect } from 'node:net';
import { HttpReader } from './http-reader.mjs';
import { answerBytes, nowMicros, renderRequest } from './payloads.mjs';
import { quantile } from './statistics.mjs';

const EVENT = Buffer.from('data: ');
const STAMP = Buffer.from('stamp=');
const STAMP_LENGTH = 16;

/** One keep-alive connection with at most one request on it. */
class Connection {
  #reader = new HttpReader((piece) => this.#readBody(piece));
  #run = null;
  #askedMicros = 0;
  #firstMicros = 0;
  #events = 0;

  constructor(port) {
    this.socket = connect({ port, host: '127.0.0.1', noDelay: true });
    this.socket.on('data', (bytes) => this.#feed(bytes));
    this.socket.on('error', () => undefined);
    this.socket.on('close', () => this.#finish('lost'));
  }

  opened() {
    return new Promise((resolve, reject) => {
      this.socket.once('connect', resolve);
      this.socket.once('error', reject);
    });
  }

  /** `askedMicros`: when the request should have left; it may have waited for this connection. */
  ask(run, askedMicros) {
    this.#run = run;
    this.#askedMicros = askedMicros;
    this.#firstMicros = 0;
    this.#events = 0;
    this.socket.write(run.request);
  }

  #feed(bytes) {
    if (this.#run === null) return;
    if (this.#reader.feed(bytes)) {
      const { expectedBytes, load } = this.#run;
      const whole =
        this.#reader.head.startsWith('HTTP/1.1 200') &&
        this.#reader.bodyBytes === expectedBytes &&
        this.#events === (load.chunks === 0 ? 0 : load.chunks + 2);
      this.#finish(whole ? 'good' : 'bad');
    }
  }

  #readBody(piece) {
    const run = this.#run;
    if (run.load.chunks === 0) return;
    const now = nowMicros();
    if (this.#firstMicros === 0) {
      this.#firstMicros = now;
      run.firstByteMicros.push(now - this.#askedMicros);
    }
    for (let at = piece.indexOf(EVENT); at !== -1; at = piece.indexOf(EVENT, at + 1)) {
      this.#events += 1;
    }
    if (run.load.gapMs === 0) return;
    for (let at = piece.indexOf(STAMP); at !== -1; at = piece.indexOf(STAMP, at + 1)) {
      const start = at + STAMP.length;
      run.delayMicros.push(now - Number(piece.latin1Slice(start, start + STAMP_LENGTH)));
    }
  }

  #finish(outcome) {
    const run = this.#run;
    if (run === null) return;
    this.#run = null;
    run[outcome] += 1;
    run.events += this.#events;
    run.latencyMicros.push(nowMicros() - this.#askedMicros);
    if (outcome === 'lost') run.onLost();
    else run.onIdle(this);
  }
}

const connectionsByPort = new Map();

process.on('message', ({ port, load }) => {
  void measure(port, load).then((result) => process.send(result));
});

async function measure(port, load) {
  const connections = (connectionsByPort.get(port) ?? []).filter(({ socket }) => socket.writable);
  connectionsByPort.set(port, connections);
  while (connections.length < load.connections) {
    const connection = new Connection(port);
    await connection.opened();
    connections.push(connection);
  }
  const run = {
    load,
    request: renderRequest(load),
    expectedBytes: answerBytes(load),
    good: 0,
    bad: 0,
    lost: 0,
    events: 0,
    latencyMicros: [],
    firstByteMicros: [],
    delayMicros: [],
    onIdle: () => undefined,
    onLost: () => undefined,
  };
  process.send({ kind: 'began' });
  const startedMicros = nowMicros();
  if (load.perSecond > 0) await offer(run, connections);
  else await repeat(run, connections);
  return summarize(run, nowMicros() - startedMicros);
}

/** Closed loop: each connection asks again as soon as it has its answer. */
function repeat(run, connections) {
  const endsMicros = nowMicros() + run.load.seconds * 1e6;
  let busy = run.load.connections;
  return new Promise((resolve) => {
    run.onIdle = (connection) => {
      const now = nowMicros();
      if (now < endsMicros) connection.ask(run, now);
      else run.onLost();
    };
    run.onLost = () => {
      busy -= 1;
      if (busy === 0) resolve();
    };
    for (const connection of connections.slice(0, busy)) connection.ask(run, nowMicros());
  });
}

/** Open loop: requests leave at a fixed rate whether or not the target keeps up; what has to wait counts as latency. */
function offer(run, connections) {
  const idle = connections.slice(0, run.load.connections);
  const waiting = [];
  const startedMicros = nowMicros();
  const total = run.load.perSecond * run.load.seconds;
  let asked = 0;
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      const now = nowMicros();
      const due = Math.min(total, ((now - startedMicros) / 1e6) * run.load.perSecond);
      // The driver's own lateness is not the target's: a request is due when the timer finds it.
      for (; asked < due; asked += 1) {
        const connection = idle.pop();
        if (connection === undefined) waiting.push(now);
        else connection.ask(run, now);
      }
      if (asked === total) clearInterval(timer);
    }, 1);
    run.onIdle = (connection) => {
      if (waiting.length > 0) connection.ask(run, waiting.shift());
      else idle.push(connection);
      run.onLost();
    };
    run.onLost = () => {
      if (run.latencyMicros.length === total) resolve();
    };
  });
}

function summarize(run, wallMicros) {
  const { good, bad, lost, events, latencyMicros, firstByteMicros, delayMicros } = run;
  const ms = (values, part) => (values.length === 0 ? null : quantile(values, part) / 1000);
  return {
    kind: 'ended',
    good,
    bad,
    lost,
    events,
    wallMicros,
    p50Ms: ms(latencyMicros, 0.5),
    p99Ms: ms(latencyMicros, 0.99),
    firstByteP50Ms: ms(firstByteMicros, 0.5),
    firstByteP99Ms: ms(firstByteMicros, 0.99),
    delayP50Ms: ms(delayMicros, 0.5),
    delayP99Ms: ms(delayMicros, 0.99),
  };
}
