import fc from 'fast-check';
import { signRequest } from '../../../runtime/credentials/aws/sign-request';
import { describeWithPackage } from '../../support/lab-tool';
import type { SignerSdk } from './sdk';

const CONTENT_TYPE = 'application/json';

const keys = fc.record({
  accessKeyId: fc.stringMatching(/^AKIA[A-Z0-9]{16}$/),
  secretAccessKey: fc.stringMatching(/^[A-Za-z0-9/+]{40}$/),
  sessionToken: fc.option(fc.base64String({ minLength: 4, maxLength: 400 })),
});
const model = fc.oneof(
  fc.constant('us.anthropic.claude-sonnet-4-20250514-v1:0'),
  fc.constant('arn:aws:bedrock:eu-central-1:123456789012:inference-profile/eu.anthropic.claude'),
  fc.stringMatching(/^[a-z]{2,9}\.[A-Za-z0-9._:~!'()*+ -]{1,40}$/),
);

describeWithPackage('@smithy/signature-v4', (load) => {
  const { SignatureV4 } = load('@smithy/signature-v4') as SignerSdk;
  const { Sha256 } = load('@aws-crypto/sha256-js') as { readonly Sha256: object };

  describe('signRequest', () => {
    it("signs as AWS's own signer does", async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.record({
            keys,
            model,
            region: fc.constantFrom('us-east-1', 'eu-central-1', 'ap-southeast-2', 'cn-north-1'),
            nowMs: fc.integer({ min: 1_600_000_000_000, max: 2_000_000_000_000 }),
            text: fc.string({ unit: 'grapheme', maxLength: 200 }),
            method: fc.constantFrom('converse', 'invoke-with-response-stream'),
          }),
          async ({ keys: by, model: id, region, nowMs, text, method }) => {
            const host = `bedrock-runtime.${region}.amazonaws.com`;
            const path = `/model/${encodeURIComponent(id)}/${method}`;
            const body = Buffer.from(JSON.stringify({ text }));
            const ours = signRequest(
              { origin: `https://${host}`, path, headers: [], body },
              { region, service: 'bedrock', nowMs, contentType: CONTENT_TYPE },
              by,
            );
            const signer = new SignatureV4({
              ...{ service: 'bedrock', region, sha256: Sha256, applyChecksum: false },
              credentials: {
                accessKeyId: by.accessKeyId,
                secretAccessKey: by.secretAccessKey,
                ...(by.sessionToken === null ? {} : { sessionToken: by.sessionToken }),
              },
            });
            const request = {
              ...{ method: 'POST', protocol: 'https:', hostname: host, path, query: {}, body },
              headers: {
                host,
                'content-type': CONTENT_TYPE,
                'content-length': String(body.length),
              },
            };
            const { headers } = await signer.sign(request, { signingDate: new Date(nowMs) });
            const at = (name: string): string | undefined =>
              ours.headers[ours.headers.indexOf(name) + 1];
            expect(at('authorization')).toBe(headers.authorization);
            expect(at('x-amz-date')).toBe(headers['x-amz-date']);
          },
        ),
        { numRuns: 300 },
      );
    });
  });
});
