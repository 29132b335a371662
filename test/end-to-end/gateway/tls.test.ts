import { renameSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { connect } from 'node:net';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import type { SecureVersion } from 'node:tls';
import { completion, startFakeProvider } from '../../support/fake-provider';
import type { FakeProvider } from '../../support/fake-provider';
import { GatewayProcesses, PROCESS_KEY, renderProcessConfig } from '../../support/gateway-process';
import type { GatewayProcess } from '../../support/gateway-process';
import { createLoopbackCertificate } from '../../support/loopback-certificate';
import type { LoopbackCertificate } from '../../support/loopback-certificate';

describe('the gateway as a process that speaks TLS', () => {
  const processes = new GatewayProcesses();
  const files = {
    certificate: join(processes.folder, 'tls.crt'),
    key: join(processes.folder, 'tls.key'),
  };
  let provider: FakeProvider;
  let gateway: GatewayProcess;
  let port: number;

  beforeAll(async () => {
    processes.build();
    provider = await startFakeProvider(() => ({ kind: 'json', body: completion('Hi') }));
    write(createLoopbackCertificate('first.example'));
    gateway = await processes.start({
      config: renderProcessConfig(provider.url),
      environment: { SSL_CERTFILE_PATH: files.certificate, SSL_KEYFILE_PATH: files.key },
    });
    port = Number(new URL(gateway.url).port);
  });

  afterAll(async () => {
    processes.clear();
    await provider.stop();
  });

  /** As a certificate manager does it: each file is there as a whole, and the two are not renewed at once. */
  function write({ certificate, key }: LoopbackCertificate): void {
    for (const [file, text] of [
      [files.certificate, certificate],
      [files.key, key],
    ] as const) {
      writeFileSync(`${file}.new`, text);
      renameSync(`${file}.new`, file);
    }
  }

  /** The name on the certificate, or the code of the error. */
  function shake(maxVersion?: SecureVersion): Promise<string> {
    return new Promise((resolve) => {
      const socket = connectTls(
        {
          port,
          host: '127.0.0.1',
          rejectUnauthorized: false,
          ...(maxVersion === undefined ? {} : { maxVersion, minVersion: maxVersion }),
          // Node.js itself offers older versions at this level alone.
          ciphers: 'DEFAULT@SECLEVEL=0',
        },
        () => {
          resolve(`${socket.getProtocol()} ${socket.getPeerCertificate().subject.CN}`);
          socket.destroy();
        },
      );
      socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    });
  }

  function chat(agent: Agent): Promise<{ readonly status: number; readonly localPort: number }> {
    return new Promise((resolve, reject) => {
      const sending = request(
        `${gateway.url}/v1/chat/completions`,
        {
          method: 'POST',
          agent,
          headers: { authorization: `Bearer ${PROCESS_KEY}` },
        },
        (answer) => {
          const localPort = answer.socket.localPort ?? 0;
          answer.resume();
          answer.on('end', () => resolve({ status: answer.statusCode ?? 0, localPort }));
        },
      );
      sending.on('error', reject);
      sending.end(JSON.stringify({ model: 'gpt-4o', messages: [] }));
    });
  }

  it('speaks TLS 1.2 and 1.3', async () => {
    expect(gateway.url).toMatch(/^https:/);
    expect(await shake('TLSv1.2')).toBe('TLSv1.2 first.example');
    expect(await shake('TLSv1.3')).toBe('TLSv1.3 first.example');
  });

  it('rejects TLS 1.1', async () => {
    expect(await shake('TLSv1.1')).toMatch(/ALERT_PROTOCOL_VERSION/);
  });

  it('hangs up on a client that speaks plain HTTP', async () => {
    const heard = await new Promise<string>((resolve) => {
      let text = '';
      const socket = connect(port, '127.0.0.1', () => socket.write('GET / HTTP/1.1\r\n\r\n'));
      socket.on('data', (chunk) => (text += chunk.toString('latin1')));
      socket.on('error', () => undefined);
      socket.on('close', () => resolve(text));
    });
    expect(heard).not.toContain('HTTP/1.1');
  });

  it('shows a renewed certificate to new connections, and keeps those that are open', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1, rejectUnauthorized: false });
    const before = await chat(agent);
    write(createLoopbackCertificate('second.example'));
    while ((await shake()) !== 'TLSv1.3 second.example') {
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    expect(await chat(agent)).toEqual(before);
    expect(before.status).toBe(200);
    agent.destroy();
  });

  it('rejects to start with a certificate that is not there', async () => {
    await expect(
      processes.start({
        config: renderProcessConfig(provider.url),
        environment: { SSL_CERTFILE_PATH: '/nowhere.crt', SSL_KEYFILE_PATH: files.key },
      }),
    ).rejects.toThrow(
      'ended with 1: the TLS certificate must be a file that can be read, got /nowhere.crt: ENOENT; ' +
        'correct its path or its rights\n',
    );
  });
});
