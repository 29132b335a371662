import { Command } from 'commander';
import { migrateFromEnvironment } from '../../runtime/main';

/** `litellm-ha migrate`: the schema of the database, before a rollout. */
export function migrateCommand(): Command {
  return new Command('migrate')
    .description('bring the schema of the database in DATABASE_URL up to date, and end')
    .action(async () => {
      process.exitCode = await migrateFromEnvironment(process.env);
    });
}
