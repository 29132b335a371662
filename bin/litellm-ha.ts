#!/usr/bin/env node
import { Command } from 'commander';
import { SpecError } from '../lib';
import { checkCommand } from './commands/check';
import { explainCommand } from './commands/explain';
import { growVolumesCommand } from './commands/grow-volumes';
import { migrateCommand } from './commands/migrate';
import { serveCommand } from './commands/serve';
import { simulateCommand } from './commands/simulate';
import { upCommand } from './commands/up';

const program = new Command('litellm-ha')
  .description(
    'One description of an LLM gateway: serve it, check it, explain it, run it highly available.',
  )
  .showHelpAfterError()
  .addCommand(serveCommand())
  .addCommand(checkCommand())
  .addCommand(explainCommand())
  .addCommand(migrateCommand())
  .addCommand(growVolumesCommand())
  .addCommand(upCommand())
  .addCommand(simulateCommand());

program.parseAsync().catch((error: unknown) => {
  // What a user can mend is said plainly; anything else is ours, and its stack says where.
  const text = error instanceof SpecError ? error.message : (error as Error).stack;
  process.stderr.write(`${text ?? String(error)}\n`);
  process.exitCode = 1;
});
