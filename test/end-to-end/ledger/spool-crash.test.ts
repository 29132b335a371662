import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { appendFileSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { EMPTY_DIGEST, reduceDigest } from '../../../runtime/ledger/digest';
import { FileSpool } from '../../../runtime/ledger/file-spool';
import { parseSegment, renderEntry } from '../../../runtime/ledger/segment';
import { entry, ModelStore } from '../../support/ledger-builder';
import { ManualClock } from '../../support/manual-clock';
import { PROJECT_ROOT } from '../../support/project-files';
import { createSpoolFolder } from '../../support/spool-folder';

/** All of them: `LITELLM_HA_DRILL=full npx jest test/end-to-end/ledger`. */
const ROUNDS = process.env.LITELLM_HA_DRILL === 'full' ? 1_000 : 30;
/** Boots that leave their folders to each other before anybody ships. */
const ROUNDS_UNTIL_SHIPPED = 5;
const LONGEST_LIFE_MS = 60;

const CACHE = join(PROJECT_ROOT, 'node_modules/.cache/litellm-ha-test');
const WRITER = join(CACHE, `spool-writer-${process.pid}.cjs`);

beforeAll(() => {
  mkdirSync(CACHE, { recursive: true });
  buildSync({
    entryPoints: [join(__dirname, 'spool-writer.ts')],
    outfile: WRITER,
    bundle: true,
    platform: 'node',
    target: 'node20',
  });
});

/** Lets a process spend for a moment after its first confirmation and kills it. Resolves to the last one confirmed. */
async function spendAndDie(folder: string, boot: string): Promise<number> {
  const child = spawn(process.execPath, [WRITER, folder, boot], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let told = '';
  child.stdout.on('data', (chunk: Buffer) => {
    if (told === '') setTimeout(() => child.kill('SIGKILL'), randomInt(LONGEST_LIFE_MS));
    told += chunk.toString();
  });
  await new Promise((resolve) => child.on('close', resolve));
  // The last line may have been cut off by its death.
  const lines = told.slice(0, told.lastIndexOf('\n')).split('\n');
  return Math.max(...lines.map(Number));
}

/** What a crash in the middle of a write leaves; too rare to wait for. */
function tearTail(folder: string, boot: string): void {
  const names = readdirSync(join(folder, boot)).filter((name) => name.endsWith('.segment'));
  const last = names.sort().at(-1);
  if (last === undefined) throw new Error('the process left no segment');
  const path = join(folder, boot, last);
  // Its death may have torn it in earnest, and nobody writes to it afterwards.
  if (parseSegment(readFileSync(path)).end === 'torn') return;
  const record = renderEntry(entry(1));
  appendFileSync(path, record.subarray(0, randomInt(1, record.length)));
}

describe('FileSpool in a process that is killed', () => {
  it(
    'loses no entry that it has confirmed, and doubles none',
    async () => {
      const folder = createSpoolFolder();
      const store = new ModelStore();
      const confirmed = new Map<string, number>();
      const warnings: string[] = [];
      let stored = 0;
      let lost = 0;
      let tornTails = 0;
      let found = 0;
      let torn = 0;
      const ship = async (round: number): Promise<void> => {
        const spool = new FileSpool({
          folder,
          partition: { region: 'eu', boot: `shipper-${round}` },
          clock: new ManualClock(),
          warn: (message) => warnings.push(message),
        });
        await spool.start();
        expect(warnings).toEqual([]);
        for (let batch = await spool.next(); batch !== null; batch = await spool.next()) {
          found += batch.entries.length;
          await store.write(batch);
          await spool.acknowledge(batch);
        }
        expect(spool.status).toMatchObject({ corruptRecords: 0, lostCalls: 0 });
        tornTails += spool.status.tornTails;
        await spool.stop();
      };
      const compare = (): void => {
        for (const [boot, last] of confirmed) {
          const rows = store.ofBoot(boot);
          const { calls, maxSeq, microDollars } = reduceDigest(EMPTY_DIGEST, rows);
          stored += rows.length;
          lost += Math.max(0, last - calls);
          // No gap anywhere, also where the disk was so slow that entries were added up in memory.
          expect({ boot, calls, microDollars }).toEqual({
            boot,
            calls: maxSeq,
            microDollars: (maxSeq * (maxSeq + 1)) / 2,
          });
        }
        // Whatever else of these boots comes after this is found and not stored: doubled.
        confirmed.clear();
        store.rows.clear();
      };
      for (let round = 1; round <= ROUNDS; round += 1) {
        const boot = `boot-${round}`;
        confirmed.set(boot, await spendAndDie(folder, boot));
        if (round % ROUNDS_UNTIL_SHIPPED > 0) continue;
        // Of the last boot, since the others were taken over by the next ones.
        tearTail(folder, boot);
        torn += 1;
        await ship(round);
        compare();
      }
      const doubled = found - stored;
      process.stdout.write(
        `killed ${ROUNDS} times: ${stored} entries found, ${lost} confirmed ones lost, ` +
          `${doubled} doubled, ${tornTails} torn tails\n`,
      );
      expect({ lost, doubled }).toEqual({ lost: 0, doubled: 0 });
      expect(tornTails).toBeGreaterThanOrEqual(torn);
      expect(stored).toBeGreaterThan(ROUNDS);
    },
    ROUNDS * 2_000,
  );
});
