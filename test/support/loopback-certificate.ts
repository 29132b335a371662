import { generateKeyPairSync, sign } from 'node:crypto';

export interface LoopbackCertificate {
  readonly key: string;
  /** Signed by itself: server certificate and authority in one. */
  readonly certificate: string;
}

const OIDS = {
  ecdsaWithSha256: [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02],
  commonName: [0x55, 0x04, 0x03],
  subjectAltName: [0x55, 0x1d, 0x11],
} as const;

/** A certificate for a name, made without any program: Node.js has no call for it, and its DER is a few nested lists. */
export function createLoopbackCertificate(name: string): LoopbackCertificate {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const algorithm = sequence(oid(OIDS.ecdsaWithSha256));
  const issuer = sequence(der(0x31, sequence(oid(OIDS.commonName), text(0x0c, name))));
  const names = sequence(sequence(oid(OIDS.subjectAltName), der(0x04, sequence(text(0x82, name)))));
  const body = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.from([1])),
    algorithm,
    issuer,
    sequence(text(0x17, '200101000000Z'), text(0x17, '491231235959Z')),
    issuer,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, names),
  );
  const signature = Buffer.concat([Buffer.from([0]), sign('sha256', body, privateKey)]);
  const certificate = sequence(body, algorithm, der(0x03, signature));
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    certificate: `-----BEGIN CERTIFICATE-----\n${wrap(certificate)}\n-----END CERTIFICATE-----\n`,
  };
}

function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const head = length < 0x80 ? [tag, length] : [tag, 0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from(head), content]);
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return der(0x30, ...parts);
}

function oid(bytes: readonly number[]): Buffer {
  return der(0x06, Buffer.from(bytes));
}

function text(tag: number, value: string): Buffer {
  return der(tag, Buffer.from(value));
}

function wrap(bytes: Buffer): string {
  return bytes.toString('base64').replace(/.{64}(?=.)/g, '$&\n');
}
