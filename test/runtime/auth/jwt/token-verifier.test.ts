import { createHmac, sign as signBytes } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { exportSPKI, importJWK } from 'jose';
import { TokenVerifier } from '../../../../runtime/auth/jwt/token-verifier';
import type { JwtTrust, Verdict } from '../../../../runtime/auth/jwt/token-verifier';
import { IdentityProvider } from '../../../support/identity-provider';
import { ManualClock } from '../../../support/manual-clock';

const FRESH_SECONDS = 600;
const BELIEVED_SECONDS = 3_600;

class World {
  readonly clock = new ManualClock();
  readonly lines: string[] = [];
  asked = 0;
  changes = 0;
  state: 'up' | 'away' = 'up';
  document: (() => string) | null = null;

  private constructor(readonly idp: IdentityProvider) {}

  static async create(...kids: readonly string[]): Promise<World> {
    return new World(await IdentityProvider.create(...kids));
  }

  verifier(trust: Partial<JwtTrust> = {}): Promise<TokenVerifier> {
    return TokenVerifier.create({
      trust: { keyUrls: ['https://idp.test/jwks'], issuers: [], audiences: [], ...trust },
      config: { keysSeconds: FRESH_SECONDS },
      believedSeconds: BELIEVED_SECONDS,
      fetchDocument: () => {
        this.asked += 1;
        if (this.state === 'away') return Promise.reject(new Error('it answered 503'));
        return Promise.resolve(this.document?.() ?? this.idp.document);
      },
      onKeysChange: () => (this.changes += 1),
      ports: { clock: this.clock, writeLog: (line) => this.lines.push(line) },
    });
  }

  token(claims: object = {}, kid = 'one', seconds = 300): Promise<string> {
    const expiresAtSeconds = Math.floor(this.clock.wallMs() / 1000) + seconds;
    return this.idp.sign(claims as Record<string, unknown>, { kid, expiresAtSeconds });
  }
}

function told(verdict: Verdict): string {
  return verdict.kind === 'refused' ? verdict.reason : verdict.kind;
}

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('TokenVerifier', () => {
  it('tells the claims of a token that a published key signed', async () => {
    const world = await World.create('one');
    const verifier = await world.verifier();
    const verdict = await verifier.verify(await world.token({ sub: 'ann' }));
    expect(verdict).toMatchObject({ kind: 'verified', claims: { sub: 'ann' } });
  });

  it.each(['RS256', 'PS384', 'ES384', 'EdDSA'])('verifies %s', async (algorithm) => {
    const world = await World.create();
    await world.idp.addKey('one', algorithm);
    world.idp.published = ['one'];
    const verifier = await world.verifier();
    expect(told(await verifier.verify(await world.token()))).toBe('verified');
  });

  it('rejects a token without a signature', async () => {
    const world = await World.create('one');
    const verifier = await world.verifier();
    const claims = { sub: 'ann', exp: Math.floor(world.clock.wallMs() / 1000) + 300 };
    for (const header of [{ alg: 'none' }, { alg: 'none', kid: 'one' }, { alg: 'None' }]) {
      const verdict = await verifier.verify(`${encode(header)}.${encode(claims)}.`);
      expect(verdict.kind).toBe('refused');
    }
  });

  it('rejects a token that is signed with the public key as a shared secret', async () => {
    const world = await World.create();
    await world.idp.addKey('one', 'RS256');
    world.idp.published = ['one'];
    const verifier = await world.verifier();
    const { jwk } = world.idp.keyOf('one');
    const pem = await exportSPKI((await importJWK(jwk)) as KeyObject);
    const claims = { sub: 'ann', exp: Math.floor(world.clock.wallMs() / 1000) + 300 };
    for (const secret of [pem, JSON.stringify(jwk), jwk.n ?? '']) {
      const text = `${encode({ alg: 'HS256', kid: 'one' })}.${encode(claims)}`;
      const signature = createHmac('sha256', secret).update(text).digest('base64url');
      expect(told(await verifier.verify(`${text}.${signature}`))).toBe('ERR_JOSE_ALG_NOT_ALLOWED');
    }
  });

  it('rejects shared secrets also where the identity provider publishes one', async () => {
    const world = await World.create('one');
    const k = Buffer.from('0123456789abcdef0123456789abcdef').toString('base64url');
    world.document = () => JSON.stringify({ keys: [{ kty: 'oct', kid: 'one', alg: 'HS256', k }] });
    const verifier = await world.verifier();
    const text = `${encode({ alg: 'HS256', kid: 'one' })}.${encode({ exp: 9_999_999_999 })}`;
    const signature = createHmac('sha256', Buffer.from(k, 'base64url')).update(text);
    expect(told(await verifier.verify(`${text}.${signature.digest('base64url')}`))).toBe(
      'ERR_JOSE_ALG_NOT_ALLOWED',
    );
  });

  it('rejects a token whose claims or signature were changed, and one that another key signed', async () => {
    const world = await World.create('one');
    const verifier = await world.verifier();
    const token = await world.token({ sub: 'ann' });
    const [header = '', , signature = ''] = token.split('.');
    const claims = encode({ sub: 'root', exp: 9_999_999_999 });
    expect(told(await verifier.verify(`${header}.${claims}.${signature}`))).toBe(
      'ERR_JWS_SIGNATURE_VERIFICATION_FAILED',
    );
    const stranger = await IdentityProvider.create('one');
    const text = `${header}.${claims}`;
    const forged = signBytes('sha256', Buffer.from(text), {
      key: stranger.keyOf('one').privateKey as KeyObject,
      dsaEncoding: 'ieee-p1363',
    });
    expect(told(await verifier.verify(`${text}.${forged.toString('base64url')}`))).toBe(
      'ERR_JWS_SIGNATURE_VERIFICATION_FAILED',
    );
    for (const rubbish of ['eyJ.e30.', 'eyJhbGciOiJFUzI1NiJ9.bm8.bm8', '..', 'eyJ']) {
      expect((await verifier.verify(rubbish)).kind).toBe('refused');
    }
  });

  it('knows expired tokens, allows for clocks that are apart, and rejects ones without an end', async () => {
    const world = await World.create('one');
    const verifier = await world.verifier();
    expect(told(await verifier.verify(await world.token({}, 'one', -29)))).toBe('verified');
    expect(told(await verifier.verify(await world.token({}, 'one', -31)))).toBe('expired');
    const nowSeconds = Math.floor(world.clock.wallMs() / 1000);
    expect(told(await verifier.verify(await world.token({ nbf: nowSeconds + 29 })))).toBe(
      'verified',
    );
    expect(told(await verifier.verify(await world.token({ nbf: nowSeconds + 60 })))).toBe(
      'ERR_JWT_CLAIM_VALIDATION_FAILED',
    );
    expect(told(await verifier.verify(await world.token({ exp: undefined })))).toBe(
      'ERR_JWT_CLAIM_VALIDATION_FAILED',
    );
  });

  it('asks for issuer and audience where they are given', async () => {
    const world = await World.create('one');
    const verifier = await world.verifier({ issuers: ['https://idp'], audiences: ['gateway'] });
    const good = { iss: 'https://idp', aud: ['other', 'gateway'] };
    expect(told(await verifier.verify(await world.token(good)))).toBe('verified');
    for (const claims of [{}, { ...good, iss: 'https://evil' }, { ...good, aud: 'other' }]) {
      expect(told(await verifier.verify(await world.token(claims)))).toBe(
        'ERR_JWT_CLAIM_VALIDATION_FAILED',
      );
    }
  });

  it('reads the keys once, also for many tokens at a time', async () => {
    const world = await World.create('one');
    const verifier = await world.verifier();
    const tokens = await Promise.all([1, 2, 3].map((sub) => world.token({ sub: String(sub) })));
    await Promise.all(tokens.map((token) => verifier.verify(token)));
    expect(world.asked).toBe(1);
  });

  it('finds a new key soon after the identity provider began to sign with it', async () => {
    const world = await World.create('one');
    const verifier = await world.verifier();
    await verifier.verify(await world.token());
    await world.idp.addKey('two');
    world.idp.published = ['one', 'two'];
    world.clock.advance(30_000);
    expect(told(await verifier.verify(await world.token({}, 'two')))).toBe('verified');
    expect([world.asked, world.changes]).toEqual([2, 2]);
  });

  it('does not ask again and again for a key that nobody has', async () => {
    const world = await World.create('one');
    const verifier = await world.verifier();
    await world.idp.addKey('unknown');
    for (let second = 0; second < 60; second += 1) {
      world.clock.advance(1_000);
      expect(told(await verifier.verify(await world.token({}, 'unknown')))).toBe(
        'ERR_JWKS_NO_MATCHING_KEY',
      );
    }
    expect(world.asked).toBe(2);
  });

  it('stops to believe a key that was withdrawn', async () => {
    const world = await World.create('one', 'two');
    const verifier = await world.verifier();
    expect(told(await verifier.verify(await world.token()))).toBe('verified');
    world.idp.published = ['two'];
    world.clock.advance(FRESH_SECONDS * 1000);
    expect(told(await verifier.verify(await world.token()))).toBe('ERR_JWKS_NO_MATCHING_KEY');
  });

  it('goes on with known keys for a bounded time while the identity provider is away', async () => {
    const world = await World.create('one');
    const verifier = await world.verifier();
    await verifier.verify(await world.token());
    world.state = 'away';
    world.clock.advance((BELIEVED_SECONDS - 1) * 1000);
    expect(told(await verifier.verify(await world.token()))).toBe('verified');
    expect(world.lines).toEqual([
      '{"identityProvider":{"host":"idp.test","reason":"Error: it answered 503"}}\n',
    ]);
    world.clock.advance(1_000);
    expect(told(await verifier.verify(await world.token()))).toBe('unavailable');
    world.state = 'up';
    world.clock.advance(30_000);
    expect(told(await verifier.verify(await world.token()))).toBe('verified');
  });

  it('cannot tell while no keys were ever read, and tries again soon', async () => {
    const world = await World.create('one');
    world.state = 'away';
    const verifier = await world.verifier();
    expect(told(await verifier.verify(await world.token()))).toBe('unavailable');
    world.state = 'up';
    expect(told(await verifier.verify(await world.token()))).toBe('unavailable');
    world.clock.advance(5_000);
    expect(told(await verifier.verify(await world.token()))).toBe('verified');
  });

  it('keeps its keys when the identity provider answers with something else', async () => {
    const world = await World.create('one');
    const verifier = await world.verifier();
    await verifier.verify(await world.token());
    for (const document of ['<html>', '{"error":"no"}', '[]x']) {
      world.document = () => document;
      world.clock.advance(FRESH_SECONDS * 1000);
      expect(told(await verifier.verify(await world.token()))).toBe('verified');
    }
    expect(world.changes).toBe(1);
  });

  it('looks at each of several identity providers', async () => {
    const world = await World.create('one');
    const other = await IdentityProvider.create('two');
    const documents = [world.idp.document, other.document];
    world.document = () => documents[(world.asked - 1) % 2] ?? '';
    const verifier = await world.verifier({ keyUrls: ['https://a.test', 'https://b.test'] });
    const expiresAtSeconds = Math.floor(world.clock.wallMs() / 1000) + 300;
    const token = await other.sign({ sub: 'bob' }, { kid: 'two', expiresAtSeconds });
    expect(await verifier.verify(token)).toMatchObject({ claims: { sub: 'bob' } });
    expect(told(await verifier.verify(await world.token()))).toBe('verified');
  });
});
