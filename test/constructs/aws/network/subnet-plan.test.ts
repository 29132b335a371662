import fc from 'fast-check';
import { planSubnets } from '../../../../constructs/aws/network/subnet-plan';
import { overlaps, parseCidr, renderCidr, splitCidr } from '../../../../lib/topology/cidr';

function halves(cidr: string): readonly [string, string] {
  const range = parseCidr(cidr);
  if (range === null) throw new Error(cidr);
  return splitCidr(range, 2).map(renderCidr) as [string, string];
}

describe('planSubnets', () => {
  it('gives replicas the most room', () => {
    expect(
      planSubnets({
        cidr: '10.40.0.0/16',
        computeCidr: '10.40.0.0/17',
        dataCidr: '10.40.128.0/17',
        zones: 3,
      }),
    ).toEqual([
      { privateCidr: '10.40.0.0/19', publicCidr: '10.40.96.0/21', isolatedCidr: '10.40.128.0/19' },
      {
        privateCidr: '10.40.32.0/19',
        publicCidr: '10.40.104.0/21',
        isolatedCidr: '10.40.160.0/19',
      },
      {
        privateCidr: '10.40.64.0/19',
        publicCidr: '10.40.112.0/21',
        isolatedCidr: '10.40.192.0/19',
      },
    ]);
  });

  it('never lets two subnets overlap, nor one be too small for a load balancer', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 16, max: 20 }),
        fc.integer({ min: 2, max: 6 }),
        (bits, zones) => {
          const cidr = `10.0.0.0/${bits}`;
          const [computeCidr, dataCidr] = halves(cidr);
          const plan = planSubnets({ cidr, computeCidr, dataCidr, zones });
          const ranges = plan.flatMap((zone) => Object.values(zone).map(parseCidr));
          expect(ranges).toHaveLength(zones * 3);
          for (const [index, one] of ranges.entries()) {
            expect(one?.bits).toBeLessThanOrEqual(27);
            for (const other of ranges.slice(index + 1)) {
              expect(one !== null && other !== null && overlaps(one, other)).toBe(false);
            }
          }
        },
      ),
    );
  });
});
