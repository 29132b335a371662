import type { Template } from 'aws-cdk-lib/assertions';
import { takePlanBlock, type PlanBlockPorts } from '../../../operations/failover/aws/plan-block';
import type { PlanBlockSettings } from '../../../operations/failover/aws/plan-block-function';

/** A block as it stands in a template. */
export interface WrittenBlock {
  readonly Name: string;
  readonly Description: string;
  readonly ExecutionBlockType: string;
  readonly ExecutionBlockConfiguration: {
    readonly CustomActionLambdaConfig?: {
      readonly Lambdas: readonly { readonly Arn: unknown }[];
      readonly RegionToRun: string;
      readonly TimeoutMinutes: number;
      readonly RetryIntervalMinutes: number;
      readonly Ungraceful?: unknown;
    };
    readonly ExecutionApprovalConfig?: {
      readonly ApprovalRole: unknown;
      readonly TimeoutMinutes: number;
    };
  };
}

export interface WrittenWorkflow {
  readonly WorkflowTargetAction: string;
  readonly WorkflowTargetRegion: string;
  readonly WorkflowDescription: string;
  readonly Steps: readonly WrittenBlock[];
}

/** What Region switch and the functions are given, and what stands around them. */
export interface PlanWorld {
  /** Reads a function's settings, by its ARN. */
  readonly settingsOf: (functionArn: string) => PlanBlockSettings;
  readonly execute: (region: string, event: Parameters<PlanBlockPorts['execute']>[0]) => unknown;
  /** Blocks that are skipped: by hand, or in an ungraceful run. */
  readonly skipped: readonly string[];
}

/** What a run did, block by block, and how it ended. */
export interface PlanRun {
  readonly taken: readonly string[];
  readonly messages: readonly string[];
  /** How often functions were called. */
  readonly calls: number;
  readonly end: 'completed' | { readonly pausedBy: string };
}

/** Plays Region switch: one block after another, each function called until it succeeds or the block's time is up. */
export async function playPlan(workflow: WrittenWorkflow, world: PlanWorld): Promise<PlanRun> {
  const taken: string[] = [];
  const messages: string[] = [];
  let calls = 0;
  let clockMs = 0;
  for (const { Name, ExecutionBlockConfiguration } of workflow.Steps) {
    const config = ExecutionBlockConfiguration.CustomActionLambdaConfig;
    if (config === undefined || world.skipped.includes(Name)) continue;
    const settings = world.settingsOf(readText(config.Lambdas[0]?.Arn));
    const endMs = clockMs + config.TimeoutMinutes * 60_000;
    for (;;) {
      calls += 1;
      try {
        await takePlanBlock(settings.block, {
          execute: async (event) => world.execute(settings.region, event),
          tell: (message) => Promise.resolve(void messages.push(message)),
          nowMs: () => clockMs,
          wait: (delayMs) => Promise.resolve(void (clockMs += delayMs)),
          writeLog: () => undefined,
        });
        taken.push(Name);
        break;
      } catch (error) {
        if (!(error instanceof Error)) throw error;
        clockMs += config.RetryIntervalMinutes * 60_000;
        if (clockMs >= endMs) return { taken, messages, calls, end: { pausedBy: Name } };
      }
    }
  }
  return { taken, messages, calls, end: 'completed' };
}

/** Late-bound parts in angle brackets. */
export function readText(value: unknown): string {
  if (typeof value === 'string') return value;
  const { Ref, ...functions } = value as Readonly<Record<string, unknown>>;
  if (typeof Ref === 'string') return `<${Ref}>`;
  const join = functions['Fn::Join'] as readonly [string, readonly unknown[]] | undefined;
  if (join !== undefined) return join[1].map(readText).join(join[0]);
  const attribute = functions['Fn::GetAtt'] as readonly string[] | undefined;
  if (attribute !== undefined) return `<${attribute.join('.')}>`;
  throw new Error(`cannot read ${JSON.stringify(value)}`);
}

/** The functions of blocks in the template of a region, by their ARN. */
export function readBlockFunctions(
  template: Template,
  region: string,
): ReadonlyMap<string, PlanBlockSettings> {
  const functions = Object.values(template.findResources('AWS::Lambda::Function')).flatMap(
    ({ Properties }) => {
      const { FunctionName, Environment } = Properties as {
        readonly FunctionName?: string;
        readonly Environment?: { readonly Variables?: Readonly<Record<string, unknown>> };
      };
      const settings = Environment?.Variables?.['LITELLM_HA_PLAN_BLOCK'];
      if (FunctionName === undefined || settings === undefined) return [];
      const arn = `arn:<AWS::Partition>:lambda:${region}:<AWS::AccountId>:function:${FunctionName}`;
      return [[arn, JSON.parse(readText(settings)) as PlanBlockSettings] as const];
    },
  );
  return new Map(functions);
}
