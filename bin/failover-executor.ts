import {
  createAwsCall,
  createExecutor,
  createPlanBlock,
  type ExecutorEvent,
  type KeepReplicationEvent,
} from '../operations/failover/aws';
import type { ExecutorSettings, PlanBlockSettings } from '../operations/failover/aws';

/** The function of AWS Lambda that takes the steps of a failover, and keeps rows of other regions coming. Its stack fills in what it must know of its region. */
export function handler(event: ExecutorEvent | KeepReplicationEvent): Promise<unknown> {
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

/** The function of a block of a plan of ARC Region switch. What it is called with says nothing; its stack does. */
export function takeBlock(): Promise<unknown> {
  const take = createPlanBlock({
    settings: JSON.parse(process.env.LITELLM_HA_PLAN_BLOCK ?? '{}') as PlanBlockSettings,
    call: createAwsCall(),
    writeLog: (line) => process.stdout.write(`${line}\n`),
  });
  return take();
}
