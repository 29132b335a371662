import { crc32 } from 'node:zlib';

/** A message as https://smithy.io/2.0/aws/amazon-eventstream.html has it; all headers are texts. */
export function renderFrame(headers: Readonly<Record<string, string>>, payload: object): Buffer {
  const rendered = Buffer.concat(
    Object.entries(headers).map(([name, value]) => {
      const [key, text] = [Buffer.from(name), Buffer.from(value)];
      const lengths = Buffer.from([7, text.length >> 8, text.length & 0xff]);
      return Buffer.concat([Buffer.from([key.length]), key, lengths, text]);
    }),
  );
  const body = Buffer.from(JSON.stringify(payload));
  const prelude = Buffer.alloc(12);
  prelude.writeUInt32BE(16 + rendered.length + body.length, 0);
  prelude.writeUInt32BE(rendered.length, 4);
  prelude.writeUInt32BE(crc32(prelude.subarray(0, 8)), 8);
  const message = Buffer.concat([prelude, rendered, body]);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(message), 0);
  return Buffer.concat([message, checksum]);
}

export function renderEventFrame(type: string, payload: object): Buffer {
  return renderFrame(
    { ':event-type': type, ':content-type': 'application/json', ':message-type': 'event' },
    payload,
  );
}

export function renderExceptionFrame(type: string, message: string): Buffer {
  return renderFrame({ ':exception-type': type, ':message-type': 'exception' }, { message });
}
