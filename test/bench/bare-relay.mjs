// The gateway's libraries without the gateway: node:http on one side, undici on the other, bytes in between.
//   node bare-relay.mjs PORT UPSTREAM_PORT
import { createServer } from 'node:http';
import { Pool } from 'undici';

const [port, upstreamPort] = process.argv.slice(2).map(Number);
const pool = new Pool(`http://127.0.0.1:${upstreamPort}`, { headersTimeout: 0, bodyTimeout: 0 });

const server = createServer((incoming, response) => {
  const pieces = [];
  incoming.on('data', (piece) => pieces.push(piece));
  incoming.on('end', () => {
    const headers = ['content-type', 'application/json'];
    const body = Buffer.concat(pieces);
    pool.dispatch({ path: incoming.url, method: 'POST', headers, body }, new Relay(response));
  });
});
server.keepAliveTimeout = 75_000;
server.listen(port, '127.0.0.1');

class Relay {
  constructor(response) {
    this.response = response;
  }

  onRequestStart() {}

  onResponseStart(_controller, status, headers) {
    const length = headers['content-length'];
    const framing = length === undefined ? {} : { 'content-length': length };
    this.response.writeHead(status, { 'content-type': headers['content-type'], ...framing });
  }

  onResponseData(_controller, chunk) {
    this.response.write(chunk);
  }

  onResponseEnd() {
    this.response.end();
  }

  onResponseError() {
    this.response.destroy();
  }
}
