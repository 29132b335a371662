import { K8S_TRAITS, type TargetTraits } from '../../lib';
import type { DatabaseChoice } from './database/choice';
import { DEFAULT_SPREAD } from './defaults';
import type { K8sGatewayProps } from './props';

/**
 * What a cluster takes and promises with the parts that were chosen: the loss of a zone where pods keep to different
 * ones, and poolers in front of a database that is made here.
 */
export function resolveTraits(
  { spread, database }: Pick<K8sGatewayProps, 'spread' | 'database'>,
  ofRegions: readonly (DatabaseChoice | undefined)[] = [],
): TargetTraits {
  const { kind } = spread ?? DEFAULT_SPREAD;
  const isBrought = [database, ...ofRegions].some((choice) => choice?.kind === 'existing');
  return {
    ...K8S_TRAITS,
    zoneLossNotPromised: kind === 'zones' ? null : K8S_TRAITS.zoneLossNotPromised,
    pooler: isBrought ? null : K8S_TRAITS.pooler,
  };
}
