import { parseScenario } from '../../../runtime/simulation/parse-scenario';

function messageOf(text: string): string {
  try {
    parseScenario(text, 'scenario.yaml');
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('was accepted');
}

describe('parseScenario', () => {
  it('completes a scenario of six lines', () => {
    const scenario = parseScenario(
      [
        'load:',
        '  requests_per_second: 5',
        'deployments:',
        '  - match: azure/*',
        '    faults:',
        '      - kind: down',
      ].join('\n'),
    );

    expect(scenario).toEqual({
      load: {
        requestsPerSecond: 5,
        durationSeconds: 60,
        arrivals: 'poisson',
        streamShare: 0.5,
        models: null,
        abandonShare: 0,
        abandonWithinSeconds: 5,
        timeoutSeconds: null,
      },
      rules: [
        {
          match: 'azure/*',
          firstTokenMs: null,
          tokenIntervalMs: null,
          promptTokens: null,
          tokens: null,
          faults: [
            { kind: 'down', fromSeconds: 0, toSeconds: Infinity, periodSeconds: null, share: 1 },
          ],
        },
      ],
    });
  });

  it('reads JSON as well, and every form of a distribution', () => {
    const { rules } = parseScenario(
      JSON.stringify({
        deployments: [
          {
            match: 'a',
            first_token_ms: 300,
            token_interval_ms: { mean: 20, deviation: 5 },
            tokens: { median: 50, p99: 200 },
          },
        ],
      }),
    );

    expect(rules[0]).toMatchObject({
      firstTokenMs: { kind: 'constant', value: 300 },
      tokenIntervalMs: { kind: 'normal', mean: 20, deviation: 5 },
      tokens: { kind: 'lognormal', median: 50, p99: 200 },
    });
  });

  it.each([
    ['slow', {}, { factor: 10 }],
    ['brown-out', { to_seconds: 9 }, { factor: 10, errorShare: 0.5 }],
    ['down', {}, {}],
    ['reset', {}, {}],
    ['status', { status: 429, retry_after_seconds: 3 }, { status: 429, retryAfterSeconds: 3 }],
    ['rate-limit', { requests_per_minute: 60 }, { requestsPerMinute: 60 }],
    ['stall', {}, {}],
    ['stall-mid-stream', {}, { afterTokens: 5 }],
    ['cut', { after_tokens: 2 }, { afterTokens: 2 }],
    ['truncate', {}, { afterTokens: 5 }],
    ['error-event', {}, { status: 503 }],
  ])('reads a fault of kind %s', (kind, written, read) => {
    const text = JSON.stringify({ deployments: [{ match: 'a', faults: [{ kind, ...written }] }] });

    expect(parseScenario(text).rules[0]?.faults[0]).toMatchObject({ kind, ...read });
  });

  it('rejects values out of range and unknown keys, all at once', () => {
    expect(
      messageOf(
        [
          'load:',
          '  requests_per_second: 0',
          '  stream_share: 1.5',
          '  arrivals: bursts',
          '  duration: 10',
          'deployments:',
          '  - first_token_ms: { median: 400, p99: 100 }',
          '    tokens: { mean: 5 }',
        ].join('\n'),
      ),
    ).toBe(
      [
        'scenario.yaml: 7 problems',
        '  - load.requests_per_second must be a number from 0.001 to 10000, got 0; write a number such as 10',
        '  - load.arrivals must be one of poisson, constant, got "bursts"; choose one of them',
        '  - load.stream_share must be a number from 0 to 1, got 1.5; write a number such as 0.5',
        '  - load.duration must be one of requests_per_second, duration_seconds, arrivals, stream_share, models, abandon_share, abandon_within_seconds, timeout_seconds, got an unknown key; remove it',
        '  - deployments[0].match must be given, got nothing; write a name such as azure/*',
        '  - deployments[0].first_token_ms.p99 must be at least the median, got a number; raise it above the median',
        '  - deployments[0].tokens.deviation must be given, got nothing; write a number',
      ].join('\n'),
    );
  });

  it('rejects a misspelt key with the one that was meant', () => {
    expect(messageOf('deployments: [{ match: a, fault: [] }]')).toBe(
      [
        'scenario.yaml: 1 problem',
        '  - deployments[0].fault must be one of match, first_token_ms, token_interval_ms, prompt_tokens, tokens, faults, got an unknown key; did you mean faults?',
      ].join('\n'),
    );
  });

  it('rejects a fault whose keys do not fit its kind', () => {
    const faults = [
      '{ status: 500 }',
      '{ kind: down, factor: 3 }',
      '{ kind: brown-out }',
      '{ kind: status, from_seconds: 20, to_seconds: 10 }',
    ];

    expect(messageOf(`deployments: [{ match: a, faults: [${faults.join(', ')}] }]`)).toBe(
      [
        'scenario.yaml: 5 problems',
        '  - deployments[0].faults[0].kind must be given, got nothing; write the kind of fault, such as down',
        '  - deployments[0].faults[1].factor must be left out for a fault of kind down, got 3; remove it',
        '  - deployments[0].faults[2].to_seconds must be given for a fault of kind brown-out, got nothing; write a number',
        '  - deployments[0].faults[3].status must be given for a fault of kind status, got nothing; write a number',
        '  - deployments[0].faults[3].to_seconds must be later than from_seconds, got 10; raise it, or leave it out for a fault that stays',
      ].join('\n'),
    );
  });

  it('rejects what is no YAML', () => {
    expect(messageOf('load: [')).toMatch(
      /^scenario\.yaml: 1 problem\n {2}- line 1, column \d+ must be valid YAML, got /,
    );
  });
});
