import type { DatabaseRole, ReplicationLink, ReplicationPlan } from '../blocks';
import { DEFAULT_LAG_ALARM_SECONDS } from '../spec/defaults';
import type { DataMode } from '../spec/multi-region-props';
import { selectDataMode, type DataModeTraits } from './data-modes';
import type { TargetTraits } from './target-traits';

export interface ReplicationInput {
  readonly dataMode: DataMode;
  readonly regions: readonly string[];
  readonly writerRegion: string;
  readonly witnessRegion: string | null;
  /** Null: nothing is demanded. */
  readonly demandedRpoSeconds: number | null;
  readonly traits: TargetTraits;
}

/** How writes travel, and from which lag on somebody is told: the loss that is demanded is the lag that is allowed. */
export function planReplication(input: ReplicationInput): ReplicationPlan {
  const { dataMode, regions, witnessRegion, demandedRpoSeconds } = input;
  const mode = requireDataMode(input);
  const writerRegion = mode.writers === 'one' ? input.writerRegion : null;
  const expectedLagSeconds = mode.expectedLagSeconds.value;
  return {
    dataMode,
    product: mode.product,
    links: planLinks({ regions, writerRegion, transport: mode.transport }),
    writerRegion,
    witnessRegion,
    expectedLagSeconds,
    lagAlarmSeconds:
      mode.replication === 'synchronous'
        ? null
        : Math.max(expectedLagSeconds, demandedRpoSeconds ?? DEFAULT_LAG_ALARM_SECONDS),
    promotionSeconds: mode.promotionSeconds?.value ?? null,
  };
}

/** What the database of one region is to the others. */
export function planDatabaseRole(input: ReplicationInput, region: string): DatabaseRole {
  const mode = requireDataMode(input);
  const peerRegions = input.regions.filter((other) => other !== region);
  if (mode.writers === 'one') {
    return region === input.writerRegion
      ? { kind: 'writer' }
      : { kind: 'replica', writerRegion: input.writerRegion };
  }
  return mode.replication === 'synchronous'
    ? { kind: 'member', peerRegions, witnessRegion: input.witnessRegion }
    : { kind: 'peer', peerRegions };
}

export function requireDataMode(input: {
  readonly dataMode: DataMode;
  readonly traits: TargetTraits;
}): DataModeTraits {
  const mode = selectDataMode(input.traits.target, input.dataMode);
  if (mode === null) throw new Error(`data-mode.target let ${input.dataMode} pass`);
  return mode;
}

function planLinks(input: {
  readonly regions: readonly string[];
  readonly writerRegion: string | null;
  readonly transport: ReplicationLink['transport'];
}): readonly ReplicationLink[] {
  const { regions, writerRegion, transport } = input;
  const senders = writerRegion === null ? regions : [writerRegion];
  return senders.flatMap((from) =>
    regions.filter((to) => to !== from).map((to) => ({ from, to, transport })),
  );
}
