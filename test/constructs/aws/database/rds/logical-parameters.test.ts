import { planLogicalParameters } from '../../../../../constructs/aws/database/rds/logical-parameters';
import { AWS_TRAITS, planActiveActive, resolveActiveActive } from '../../../../../lib';
import { activeActive } from '../../../../lib/multi-region';

const [plan] = planActiveActive(
  resolveActiveActive(activeActive(), AWS_TRAITS).spec,
  AWS_TRAITS,
).regions;
const database = { ...plan?.database, storageGib: 100, readReplicas: 2 } as NonNullable<
  typeof plan
>['database'];

describe('planLogicalParameters', () => {
  it('keeps no more of the log for a lost peer than half of the disk', () => {
    expect(planLogicalParameters(database, 1)).toEqual({
      'rds.logical_replication': '1',
      max_replication_slots: '20',
      max_wal_senders: '35',
      max_logical_replication_workers: '3',
      max_worker_processes: 'GREATEST({DBInstanceVCPU*2},11)',
      max_slot_wal_keep_size: '51200',
    });
  });

  it('leaves room for as many peers as a description may have, and for what RDS needs itself', () => {
    expect(planLogicalParameters({ ...database, readReplicas: 5 }, 7)).toMatchObject({
      max_replication_slots: '31',
      max_wal_senders: '35',
      max_logical_replication_workers: '21',
      max_worker_processes: 'GREATEST({DBInstanceVCPU*2},29)',
    });
  });
});
