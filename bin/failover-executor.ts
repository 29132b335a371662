import { createAwsCall, createExecutor, type ExecutorEvent } from '../operations/failover/aws';
import type { ExecutorSettings } from '../operations/failover/aws';

/** The function of AWS Lambda that takes the steps of a failover. Its stack fills in what it must know of its region. */
export function handler(event: ExecutorEvent): Promise<unknown> {
  const { env } = process;
  const execute = createExecutor({
    settings: JSON.parse(env.LITELLM_HA_EXECUTOR ?? '{}') as ExecutorSettings,
    identity: {
      accessKeyId: env.AWS_ACCESS_KEY_ID ?? '',
      secretAccessKey: env.AWS_SECRET_ACCESS_KEY ?? '',
      sessionToken: env.AWS_SESSION_TOKEN,
    },
    call: createAwsCall(),
    writeLog: (line) => process.stdout.write(`${line}\n`),
  });
  return execute(event);
}
