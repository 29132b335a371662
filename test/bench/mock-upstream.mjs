// The provider of the bench: answers as each request orders. node:net, so that it costs a fraction of what is measured.
import { createServer } from 'node:net';
import { HttpReader } from './http-reader.mjs';
import { JSON_ANSWER, LAST_EVENTS, nowMicros, parseOrder, renderEvent } from './payloads.mjs';

const JSON_REPLY = Buffer.concat([
  Buffer.from(
    `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${JSON_ANSWER.length}\r\n\r\n`,
  ),
  JSON_ANSWER,
]);
const STREAM_HEAD =
  'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n';

const server = createServer({ noDelay: true }, (socket) => {
  let order = null;
  const reader = new HttpReader((piece) => {
    order ??= parseOrder(piece);
  });
  socket.on('error', () => undefined);
  socket.on('data', (bytes) => {
    if (!reader.feed(bytes)) return;
    answer(socket, order);
    order = null;
  });
});
server.listen(Number(process.argv[2]), '127.0.0.1');

function answer(socket, { chunks, gapMs }) {
  if (chunks === 0) socket.write(JSON_REPLY);
  else if (gapMs === 0) {
    const events = Array.from({ length: chunks }, () => renderChunk(renderEvent(nowMicros())));
    socket.write(STREAM_HEAD + events.join('') + renderEnd());
  } else {
    socket.write(STREAM_HEAD);
    pace(socket, chunks, gapMs);
  }
}

function pace(socket, chunks, gapMs) {
  let sent = 0;
  const timer = setInterval(send, gapMs);
  send();
  function send() {
    if (socket.destroyed) clearInterval(timer);
    else if (sent < chunks) socket.write(renderChunk(renderEvent(nowMicros())));
    else {
      clearInterval(timer);
      socket.write(renderEnd());
    }
    sent += 1;
  }
}

function renderEnd() {
  return `${renderChunk(LAST_EVENTS)}0\r\n\r\n`;
}

function renderChunk(text) {
  return `${text.length.toString(16)}\r\n${text}\r\n`;
}
