import type { DatabaseRole } from '../blocks';
import type { MultiRegionTopology, PlacedRegionPlan } from '../topology/topology';
import { alignRows } from './align-rows';

/** What stands between regions: the name that leads to them, and the ways that writes take. */
export function explainRegions(topology: MultiRegionTopology): readonly string[] {
  const { dns, routing, replication } = topology;
  return alignRows([
    ['name', `${dns.domainName}: ${routing.by}`],
    ['steering', `${routing.healthPath} of each region; ${routing.arithmetic}`],
    ['data mode', `${replication.dataMode}: ${replication.product}`],
    ...replication.links.map(({ from, to, transport }) => [
      'replication',
      `${from} → ${to}, ${transport}`,
    ]),
    ['lag', describeLag(topology)],
  ]);
}

/** `us-west-2: standby, database follows us-east-1`. */
export function explainPlace({ region, role, databaseRole }: PlacedRegionPlan): string {
  return `${region}: ${role}, database ${describeDatabaseRole(databaseRole)}`;
}

function describeLag({
  replication: { expectedLagSeconds, lagAlarmSeconds },
}: MultiRegionTopology) {
  return lagAlarmSeconds === null
    ? 'none: a write is acknowledged by a second region'
    : `usually ${expectedLagSeconds} s, alarm from ${lagAlarmSeconds} s on`;
}

function describeDatabaseRole(role: DatabaseRole): string {
  switch (role.kind) {
    case 'writer':
      return 'takes all writes';
    case 'replica':
      return `follows ${role.writerRegion}`;
    case 'peer':
      return `takes writes and exchanges them with ${role.peerRegions.join(', ')}`;
    case 'member':
      return `is one with that of ${role.peerRegions.join(', ')}${
        role.witnessRegion === null ? '' : `, witness in ${role.witnessRegion}`
      }`;
  }
}
