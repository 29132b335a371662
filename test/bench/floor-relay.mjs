// The floor: the least that JavaScript can do between two sockets. Reads whole messages, changes nothing, knows nothing.
//   node floor-relay.mjs PORT UPSTREAM_PORT
import { connect, createServer } from 'node:net';
import { HttpReader } from './http-reader.mjs';

const [port, upstreamPort] = process.argv.slice(2).map(Number);
const idle = [];

createServer({ noDelay: true }, (client) => {
  const reader = new HttpReader();
  let pieces = [];
  client.on('error', () => undefined);
  client.on('data', (bytes) => {
    pieces.push(bytes);
    if (!reader.feed(bytes)) return;
    const upstream = idle.pop() ?? open();
    upstream.client = client;
    for (const piece of pieces) upstream.socket.write(piece);
    pieces = [];
  });
}).listen(port, '127.0.0.1');

function open() {
  const socket = connect({ port: upstreamPort, host: '127.0.0.1', noDelay: true });
  const upstream = { socket, client: null };
  const reader = new HttpReader();
  socket.on('error', () => upstream.client?.destroy());
  socket.on('data', (bytes) => {
    const done = reader.feed(bytes);
    upstream.client.write(bytes);
    if (done) idle.push(upstream);
  });
  return upstream;
}
