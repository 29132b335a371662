import { setTimeout as delay } from 'node:timers/promises';
import type { AwsCall } from './aws-call';
import { createForward, expireAfter } from './lambda-peers';
import { takePlanBlock, type PlanBlock } from './plan-block';

/** What the function of a block must know: its stack fills it in. Nothing secret. */
export interface PlanBlockSettings {
  readonly region: string;
  /** Name of the executor: the same in each region. */
  readonly executor: string;
  /** Where a block that fails is told of. */
  readonly topicArn: string;
  readonly block: PlanBlock;
}

export interface PlanBlockSurroundings {
  readonly settings: PlanBlockSettings;
  readonly call: AwsCall;
  readonly writeLog: (line: string) => void;
}

/** Joins a block to what is around it: the executor of its region, and whoever is to be told. */
export function createPlanBlock({
  settings: { region, executor, topicArn, block },
  call,
  writeLog,
}: PlanBlockSurroundings): () => Promise<unknown> {
  const forward = createForward({
    call,
    executor,
    expire: expireAfter,
  });
  return () =>
    takePlanBlock(block, {
      execute: (event) => forward(region, event),
      tell: async (message) => {
        const input = { TopicArn: topicArn, Message: message };
        await call({ service: 'sns', command: 'Publish', input, region });
      },
      nowMs: () => Date.now(),
      wait: (delayMs) => delay(delayMs),
      writeLog,
    });
}
