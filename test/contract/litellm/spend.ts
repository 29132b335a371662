import assert from 'node:assert/strict';
import type { DeploymentConfig } from '../../../lib/config/gateway-config';
import { findPrice, FREE, parseCosts, priceUse } from '../../../lib/prices';
import { UsageMeter } from '../../../runtime/dispatch/usage-meter';
import { GatewayError } from '../../../runtime/errors';
import { FileSpool } from '../../../runtime/ledger/file-spool';
import { Shipper } from '../../../runtime/ledger/shipper';
import { createLimits } from '../../../runtime/limits/create-limits';
import type { Limits } from '../../../runtime/limits/limits';
import { aCaller, anOutline } from '../../runtime/limits/a-caller';
import { entry, ModelStore, PARTITION } from '../../support/ledger-builder';
import { deployment } from '../../support/gateway-config-builder';
import { ManualClock } from '../../support/manual-clock';
import { createSpoolFolder } from '../../support/spool-folder';
import type { ConformanceRule } from './conformance-rule';
import { equal } from './selections';
import { NO_GUARDS } from '../../support/no-guards';

const section = 'spend';
const random = { next: () => 0.5 };

async function openSpool(
  boot: string,
  { folder, clock }: { readonly folder: string; readonly clock: ManualClock },
): Promise<FileSpool> {
  const partition = { ...PARTITION, boot };
  const spool = new FileSpool({ folder, partition, clock, warn: () => undefined });
  await spool.start();
  return spool;
}

/** Limits of a gateway that is alone. */
function openLimits(clock: ManualClock, log: string[] = []): Limits {
  return createLimits({
    ports: { clock, random, writeLog: (line) => void log.push(line) },
    enforcement: 'estimated',
    standing: NO_GUARDS.budgets,
    unpriced: 'estimate',
    shared: null,
    replicas: () => 1,
    own: { partition: PARTITION, ownSpend: () => 50 },
    ledger: null,
    regions: null,
  }).limits;
}

async function refusal(ask: Promise<unknown>): Promise<GatewayError> {
  try {
    await ask;
  } catch (error) {
    if (error instanceof GatewayError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

/** What calls cost, and who may go on to spend. */
export const SPEND_RULES: readonly ConformanceRule[] = [
  {
    id: 'spend.unit',
    section,
    liteLlm: 'Costs are floating-point dollars, which are added up.',
    ours: 'Costs are whole millionths of a dollar, each rounded once; answers show dollars.',
    why: 'Sums of floating-point numbers depend on their order, so two ways of adding up never agree.',
    prove: () => {
      const cost = (tokens: readonly [number, number], dollars: readonly [number, number]) => {
        const [promptTokens, completionTokens] = tokens;
        const [input_cost_per_token, output_cost_per_token] = dollars;
        const price = parseCosts({ input_cost_per_token, output_cost_per_token }) ?? FREE;
        return priceUse({ promptTokens, completionTokens, kinds: null, seconds: 0 }, price);
      };
      equal(cost([10, 1], [0.000_000_1, 0.000_000_2]), 1);
      equal(cost([7, 3], [0.001, 0.002]), 13_000);
    },
  },
  {
    id: 'spend.price',
    section,
    liteLlm:
      'A price is taken from the parameters, `base_model`, or a map of models that is loaded from the network at start; what is in none of them costs nothing.',
    ours: 'The same parameters, a map of your own (`price_list`, `price_file`), then a public list that changes with a release; under a budget what is in none of them is charged the dearest of its provider (`budget_unpriced`).',
    why: 'A budget that does not bind is none, and a price that moves by itself is a bill that moves by itself.',
    prove: () => {
      const found = (parts: Partial<DeploymentConfig>) => {
        const priced = deployment({ id: 'x', provider: 'azure', providerModel: 'mine', ...parts });
        return findPrice(priced, { model: priced.providerModel, answeredBy: null, wallMs: 0 });
      };
      equal(found({ baseModel: 'gpt-4o' }).kind, 'known');
      const unknown = found({});
      equal(unknown.kind === 'unknown' && unknown.estimate.rates.output > 0.000_01, true);
    },
  },
  {
    id: 'spend.owed',
    section,
    liteLlm:
      'An attempt that was left, timed out or lost its race costs nothing; a stream without usage is counted by a tokenizer.',
    ours: 'Such an attempt costs its prompt and the text that came, by a token for four bytes, and is an entry of its own; docs/decisions/0015 has the table.',
    why: 'A provider goes on, and bills, when its client hangs up; a budget must not be avoidable by hanging up.',
    prove: () => {
      const body = { bytes: Buffer.from('{"messages":[{"role":"user","content":"hi"}]}') };
      const left = new UsageMeter({ delivery: 'json', body });
      equal(left.usage.promptTokens, 5);
      equal(left.usage.completionTokens, 0);
      const cut = new UsageMeter({ delivery: 'stream', body });
      cut.push(Buffer.from('data: {"choices":[{"delta":{"content":"eight by"}}]}\n\n'));
      equal(cut.usage.completionTokens, 2);
    },
  },
  {
    id: 'spend.exit',
    section,
    liteLlm:
      'Spending waits in memory for its next batch, and is lost when the process ends or the database stays away.',
    ours: 'It is written to the disk of the replica (`LITELLM_HA_DATA_DIR`), and the next start stores what the last one left.',
    why: 'What a provider bills has to be in the books.',
    prove: async () => {
      const at = { folder: createSpoolFolder(), clock: new ManualClock() };
      const first = await openSpool('first', at);
      first.append(entry(1, { microDollars: 13_000 }));
      await first.stop();
      const second = await openSpool('second', at);
      const batch = await second.next();
      await second.stop();
      equal(batch?.partition.boot, 'first');
      equal(batch?.digest, { calls: 1, maxSeq: 1, microDollars: 13_000 });
    },
  },
  {
    id: 'spend.repeated-writes',
    section,
    liteLlm:
      'Totals are incremented; a write whose answer was lost is made again, and counts twice.',
    ours: 'Entries are numbered by the process that made them, so writing them again changes nothing; totals are sums of entries.',
    why: 'A failover loses answers of writes that took effect.',
    prove: async () => {
      const at = { folder: createSpoolFolder(), clock: new ManualClock() };
      const spool = await openSpool(PARTITION.boot, at);
      const store = new ModelStore((attempt) => (attempt === 1 ? 'lost-ack' : 'stored'));
      const shipper = new Shipper({ spool, store, clock: at.clock, random });
      spool.append(entry(1, { microDollars: 13_000 }));
      equal(await shipper.stop(1000), 'left');
      equal(await shipper.stop(1000), 'stored');
      await spool.stop();
      equal(store.attempts, 2);
      equal(await store.readDigest(PARTITION), { calls: 1, maxSeq: 1, microDollars: 13_000 });
    },
  },
  {
    id: 'spend.budget.at-once',
    section,
    liteLlm:
      'A budget is checked against spending that may be a minute old, and not at all against calls in flight.',
    ours: 'What a call may cost is set aside before a provider is asked; docs/limits.md states the bound.',
    why: 'A burst would otherwise spend a budget many times over before the first answer.',
    prove: async () => {
      const limits = openLimits(new ManualClock());
      const caller = aCaller({ maxBudgetDollars: 0.001 });
      const call = anOutline({ maxCompletionTokens: 500 });
      const first = await limits.begin(caller, call);
      const refused = await refusal(Promise.resolve(limits.begin(caller, call)));
      equal(refused.code, 'budget_exceeded');
      first.release();
      await limits.begin(caller, call);
    },
  },
  {
    id: 'spend.budget.error',
    section,
    liteLlm: 'A spent budget is answered 400 `budget_exceeded` (429 in newer versions).',
    ours: '400, with the same type and words.',
    why: null,
    prove: async () => {
      const limits = openLimits(new ManualClock());
      const caller = aCaller({ maxBudgetDollars: 0.000_05 });
      const { status, type, message } = await refusal(
        Promise.resolve(limits.begin(caller, anOutline())),
      );
      equal([status, type], [400, 'budget_exceeded']);
      assert.match(
        message,
        /^Budget has been exceeded! .*Current cost: 0\.00005, Max budget: 0\.00005$/,
      );
    },
  },
  {
    id: 'spend.soft-budget',
    section,
    liteLlm: '`soft_budget` alerts and refuses nothing.',
    ours: 'The same, once in each window, in the log and in a metric.',
    why: null,
    prove: async () => {
      const log: string[] = [];
      const limits = openLimits(new ManualClock(), log);
      for (let call = 0; call < 3; call += 1) {
        await limits.begin(aCaller({ softBudgetDollars: 0.000_01 }), anOutline());
      }
      equal(log.length, 1);
    },
  },
  {
    id: 'spend.rate-limit.error',
    section,
    liteLlm:
      'A key beyond `rpm_limit`, `tpm_limit` or `max_parallel_requests` is answered 429, with `rate_limit_type` and `reset_at`.',
    ours: 'The same.',
    why: null,
    prove: async () => {
      const limits = openLimits(new ManualClock());
      const caller = aCaller({ rpmLimit: 1 });
      await limits.begin(caller, anOutline());
      const { status, headers } = await refusal(Promise.resolve(limits.begin(caller, anOutline())));
      equal(status, 429);
      equal(headers.slice(0, 3), ['rate_limit_type', 'requests', 'reset_at']);
    },
  },
];
