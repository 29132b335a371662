import { writeSync } from 'node:fs';
import { FileSpool } from '../../../runtime/ledger/file-spool';
import { systemClock } from '../../../runtime/system-ports';
import { entry } from '../../support/ledger-builder';

/** Entries that are appended in one turn; every fourth turn asks for confirmation. */
const BURST = 20;

/** A process that spends as fast as it can and says on its standard output which entries were confirmed to it. */
async function write(folder: string, boot: string): Promise<never> {
  const spool = new FileSpool({
    folder,
    partition: { region: 'eu', boot },
    clock: systemClock,
    warn: (message) => writeSync(2, `${message}\n`),
  });
  void spool.start();
  let seq = 0;
  for (let turn = 0; ; turn += 1) {
    for (let count = 0; count < BURST; count += 1) {
      seq += 1;
      const one = entry(seq, { microDollars: seq });
      if (count > 0 || turn % 4 > 0) {
        spool.append(one);
        continue;
      }
      const confirmed = seq;
      void spool.appendDurably(one).then(() => writeSync(1, `${confirmed}\n`));
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
}

const [, , folder = '', boot = ''] = process.argv;
void write(folder, boot);
