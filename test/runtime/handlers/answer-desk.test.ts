import type { Caller } from '../../../runtime/auth/caller';
import type { Call } from '../../../runtime/dispatch/call';
import { AnswerDesk } from '../../../runtime/handlers/answer-desk';
import type { AnswerUse } from '../../../runtime/handlers/answer-desk';
import { MemoryResponseCache } from '../../../runtime/state/memory-response-cache';
import { ManualClock } from '../../support/manual-clock';
import { aCaller } from '../limits/a-caller';
import { aCall } from './a-call';

const WHOLE = {
  kind: 'json',
  deploymentId: 'one',
  usage: { promptTokens: 7, completionTokens: 3 },
  body: Buffer.from('{}'),
} as const;

function open(): { readonly desk: AnswerDesk; readonly clock: ManualClock } {
  const clock = new ManualClock();
  const cache = new MemoryResponseCache(clock, 1024 * 1024);
  const settings = { store: 'local', mode: 'default_on', ttlSeconds: 60, namespace: '' } as const;
  return { desk: new AnswerDesk({ cache, settings }, clock), clock };
}

function plan(desk: AnswerDesk, call: Call, caller: Caller = aCaller({})): AnswerUse {
  const use = desk.plan(call, caller);
  if (use === null) throw new Error('the answer is not to be kept');
  return use;
}

describe('AnswerDesk', () => {
  it('gives the same answer again until its time is over', async () => {
    const { desk, clock } = open();
    const use = plan(desk, aCall());
    expect(await desk.read(use)).toBeNull();
    desk.write(use, WHOLE);
    const { usage, ...told } = WHOLE;
    const kept = { ...told, ...usage, createdAtMs: clock.wallMs() };
    expect(await desk.read(plan(desk, aCall()))).toEqual(kept);
    clock.advance(60_000);
    expect(await desk.read(use)).toBeNull();
  });

  it('passes over answers that are older than the client takes', async () => {
    const { desk, clock } = open();
    const young = aCall({ cache: { 's-maxage': 10 } });
    desk.write(plan(desk, young), WHOLE);
    clock.advance(10_000);
    expect(await desk.read(plan(desk, young))).not.toBeNull();
    clock.advance(1);
    expect(await desk.read(plan(desk, young))).toBeNull();
    expect(await desk.read(plan(desk, aCall()))).not.toBeNull();
  });

  it('reads nothing on no-cache, and keeps nothing on no-store', async () => {
    const { desk } = open();
    const renewing = plan(desk, aCall({ cache: { 'no-cache': true } }));
    desk.write(renewing, WHOLE);
    expect(await desk.read(renewing)).toBeNull();
    const passing = plan(desk, aCall({ cache: { 'no-store': true }, n: 2 }));
    expect(passing.collector).toBeNull();
    desk.write(passing, WHOLE);
    expect(await desk.read(plan(desk, aCall({ n: 2 })))).toBeNull();
    expect(await desk.read(plan(desk, aCall()))).not.toBeNull();
  });

  it('has nothing to do with a drill', () => {
    expect(open().desk.plan(aCall({ mock_response: 'Hi' }), aCaller({}))).toBeNull();
  });

  it('keeps callers apart, save keys of one team and of one line of rotations', () => {
    const { desk } = open();
    const keyOf = (caller: Caller): string => plan(desk, aCall(), caller).key;
    const keys = [
      keyOf({ kind: 'master' }),
      keyOf({ kind: 'open' }),
      keyOf(aCaller({ accountId: 'a' })),
      keyOf(aCaller({ accountId: 'b' })),
      keyOf(aCaller({ accountId: 'a', teamId: 't' })),
      keyOf(aCaller({ accountId: 'a', teamId: 'u' })),
    ];
    expect(new Set(keys).size).toBe(keys.length);
    expect(keyOf(aCaller({ id: 'second', accountId: 'a' }))).toBe(keys[2]);
    expect(keyOf(aCaller({ accountId: 'b', teamId: 't' }))).toBe(keys[4]);
  });

  it('keeps requests apart by what their path and headers say of model and tags', () => {
    const { desk } = open();
    const calls = [
      aCall(),
      aCall({}, { 'x-litellm-tags': 'paid' }),
      { ...aCall(), body: { ...aCall().body, model: 'another' } },
      aCall({ stream: true }),
    ];
    expect(new Set(calls.map((call) => plan(desk, call).key)).size).toBe(calls.length);
  });
});
