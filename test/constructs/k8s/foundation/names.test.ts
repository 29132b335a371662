import { NAME_RULES, type NameKind } from '../../../../constructs/k8s/foundation/names';

const LONG = 'a'.repeat(64);

/** What the API server, S3 and Go take, and what they refuse. */
const CASES: Readonly<
  Record<NameKind, { readonly taken: readonly string[]; readonly refused: readonly string[] }>
> = {
  namespace: {
    taken: ['models', 'm', '7models', LONG.slice(1)],
    refused: ['My_NS', 'models.prod', '-models', 'models-', '', LONG],
  },
  object: {
    taken: ['provider-keys', 'a.b', '1', 'a'.repeat(253)],
    refused: ['Bad_Name', 'a..b', '.a', 'a.', 'a.-b', '', 'a'.repeat(254)],
  },
  host: {
    taken: ['api.example.com', 'gateway', '1.example.com'],
    refused: [
      'API.example.com',
      'https://api.example.com',
      '*.example.com',
      `${LONG}.com`,
      'a_b.c',
    ],
  },
  secretKey: {
    taken: ['openai', 'OPENAI_API_KEY', 'tls.crt', '.env', '-'],
    refused: ['', 'my key', 'a/b', '..', '.', '..data', 'a'.repeat(254)],
  },
  labelKey: {
    taken: ['team', 'example.com/team', 'Cost_Center', 'a.b'],
    refused: ['', 'a/b/c', '/team', 'example.com/', '-team', 'Example.com/team', LONG],
  },
  labelValue: {
    taken: ['', 'models', '42', 'v1.2_x'],
    refused: ['two words', '-x', 'x-', LONG],
  },
  bucket: {
    taken: ['dumps', 'my.dumps', '123', 'a'.repeat(63)],
    refused: [
      'Bad Bucket',
      'My-Dumps',
      'a_b',
      'ab',
      LONG,
      'a..b',
      '192.168.5.4',
      '-dumps',
      'xn--dumps',
      'sthree-dumps',
      'dumps-s3alias',
      'dumps--ol-s3',
    ],
  },
  foreignBucket: {
    taken: ['my_dumps', 'dumps', 'a'.repeat(64)],
    refused: ['My-Dumps', 'a b', 'ab', 'a..b', '10.0.0.1'],
  },
  httpUrl: {
    taken: ['https://storage.example.com', 'http://minio:9000', 'https://a/b'],
    refused: ['storage.example.com', 's3://bucket', 'https://', 'https://a b', 'https://a:port'],
  },
  duration: { taken: ['1h0m0s', '30s', '1.5h', '100ms'], refused: ['1 hour', 'hourly', '60', ''] },
  cidr: {
    taken: ['10.0.0.0/8', '0.0.0.0/0', 'fd00::/8', '::/0', '192.0.2.7/32'],
    refused: [
      '10.0.0.0',
      '10.0.0.0/33',
      '10.0.0/8',
      'fd00::/129',
      'office',
      '10.0.0.0/8/8',
      '1.2.3.4/',
    ],
  },
};

describe('NAME_RULES', () => {
  const cases = Object.entries(CASES) as [NameKind, (typeof CASES)[NameKind]][];

  it.each(cases)('takes and refuses what its owner does: %s', (kind, { taken, refused }) => {
    const { accepts } = NAME_RULES[kind];

    expect(taken.filter((name) => !accepts(name))).toEqual([]);
    expect(refused.filter((name) => accepts(name))).toEqual([]);
  });

  it.each(cases)('shows an example that it takes: %s', (kind) => {
    const { accepts, example } = NAME_RULES[kind];

    expect(accepts(example)).toBe(true);
  });
});
