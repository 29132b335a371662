import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readTlsIdentity, TlsReloader } from '../../../runtime/http/tls-identity';
import type { TlsIdentity } from '../../../runtime/http/tls-identity';
import { createLoopbackCertificate } from '../../support/loopback-certificate';
import type { LoopbackCertificate } from '../../support/loopback-certificate';
import { ManualClock } from '../../support/manual-clock';

describe('a TLS identity in files', () => {
  const folder = mkdtempSync(join(tmpdir(), 'litellm-ha-tls-'));
  const files = {
    certificateFile: join(folder, 'tls.crt'),
    keyFile: join(folder, 'tls.key'),
  };
  const first = createLoopbackCertificate('first.example');
  const second = createLoopbackCertificate('second.example');

  beforeEach(() => write(first));
  afterAll(() => rmSync(folder, { recursive: true }));

  function write({ certificate, key }: LoopbackCertificate): void {
    writeFileSync(files.certificateFile, certificate);
    writeFileSync(files.keyFile, key);
  }

  describe('readTlsIdentity', () => {
    it('speaks TLS 1.2 and newer', () => {
      expect(readTlsIdentity(files)).toEqual({
        cert: first.certificate,
        key: first.key,
        minVersion: 'TLSv1.2',
      });
    });

    it('rejects a file that is not there', () => {
      const keyFile = join(folder, 'absent.key');
      expect(() => readTlsIdentity({ ...files, keyFile })).toThrow(
        `the TLS key must be a file that can be read, got ${keyFile}: ENOENT; correct its path or its rights`,
      );
    });

    it('rejects a key of another certificate', () => {
      writeFileSync(files.keyFile, second.key);
      expect(() => readTlsIdentity(files)).toThrow(
        new RegExp(
          `^the TLS certificate ${files.certificateFile} and the key ${files.keyFile} must be PEM files that ` +
            'belong together, got: .*key values mismatch; correct one of the two$',
        ),
      );
    });
  });

  describe('TlsReloader', () => {
    function watch(): {
      readonly clock: ManualClock;
      readonly applied: TlsIdentity[];
      readonly problems: string[];
      readonly reloader: TlsReloader;
    } {
      const clock = new ManualClock();
      const applied: TlsIdentity[] = [];
      const problems: string[] = [];
      const reloader = new TlsReloader(
        {
          files,
          clock,
          apply: (identity) => applied.push(identity),
          onProblem: (reason) => problems.push(reason),
        },
        readTlsIdentity(files),
      );
      reloader.start();
      return { clock, applied, problems, reloader };
    }

    it('applies a renewed identity once', () => {
      const { clock, applied, problems } = watch();
      clock.advance(5_000);
      expect(applied).toEqual([]);
      write(second);
      for (let index = 0; index < 3; index += 1) clock.advance(5_000);
      expect(applied.map(({ cert }) => cert)).toEqual([second.certificate]);
      expect(problems).toEqual([]);
    });

    it('keeps the old one while half of a renewal is there, and says so once', () => {
      const { clock, applied, problems } = watch();
      writeFileSync(files.certificateFile, second.certificate);
      for (let index = 0; index < 3; index += 1) clock.advance(5_000);
      expect(applied).toEqual([]);
      expect(problems).toHaveLength(1);
      expect(problems[0]).toContain('must be PEM files that belong together');
      writeFileSync(files.keyFile, second.key);
      clock.advance(5_000);
      expect(applied.map(({ key }) => key)).toEqual([second.key]);
    });

    it('looks no more once it is stopped', () => {
      const { clock, applied, reloader } = watch();
      reloader.stop();
      write(second);
      clock.advance(60_000);
      expect(applied).toEqual([]);
      expect(clock.waiting).toBe(0);
    });
  });
});
