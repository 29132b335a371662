import { ZonalAutoshift } from '../../../../constructs/aws';
import { findAutoshiftFaults } from '../../../../constructs/aws/load-balancer/zonal-autoshift';
import { build, buildDefaults } from '../support';

describe('ZonalAutoshift', () => {
  it('shifts nothing unless it is asked for, and lets an operator', () => {
    const { gateway, template } = buildDefaults();
    template.resourceCountIs('AWS::ARCZonalShift::ZonalAutoshiftConfiguration', 0);
    expect(gateway.zonalAutoshift).toBeNull();
  });

  it('lets AWS shift the load balancer, and ends a rehearsal when users are failed', () => {
    const { stack, gateway, template } = build((props) => ({
      ...props,
      autoscaling: { cpuPercent: 60 },
      zonalAutoshift: ZonalAutoshift.enabled({
        blockedWindows: ['Fri:16:00-Fri:23:59'],
        blockedDates: ['2026-11-27'],
      }),
    }));
    const [stop] = gateway.monitoring.stopAlarms;
    const alarms = [{ Type: 'CLOUDWATCH', AlarmIdentifier: stack.resolve(stop?.alarmArn) }];
    template.hasResourceProperties('AWS::ARCZonalShift::ZonalAutoshiftConfiguration', {
      ResourceIdentifier: stack.resolve(gateway.loadBalancer.resource.loadBalancerArn),
      ZonalAutoshiftStatus: 'ENABLED',
      PracticeRunConfiguration: {
        OutcomeAlarms: alarms,
        BlockingAlarms: alarms,
        BlockedWindows: ['Fri:16:00-Fri:23:59'],
        BlockedDates: ['2026-11-27'],
      },
    });
  });

  it('rejects what would make a shift an outage, and times that are none, all at once', () => {
    expect(() =>
      build((props) => ({
        ...props,
        zonalAutoshift: ZonalAutoshift.enabled({
          blockedWindows: ['Fri:16:00-Sat:02:00', 'Mon:08:00-Mon:18:00'],
          blockedDates: ['27.11.2026'],
        }),
      })),
    ).toThrow(
      new Error(
        [
          'litellm-ha/aws: 3 problems',
          '  - autoscaling.cpuPercent must be at most 66 with zonalAutoshift, because all clients are then led to 2 of 3 zones (70 % × 3 / 2 = 105 %), got 70; lower it, or leave zonalAutoshift out',
          '  - zonalAutoshift.blockedWindows[0] must be a window of one day in UTC, like Fri:16:00-Fri:23:59, got "Fri:16:00-Sat:02:00"; mend it',
          '  - zonalAutoshift.blockedDates[0] must be a date like 2026-11-27, got "27.11.2026"; mend it',
        ].join('\n'),
      ),
    );
  });
});

describe('findAutoshiftFaults', () => {
  const faults = (
    change: Partial<Parameters<typeof findAutoshiftFaults>[0]>,
  ): ReturnType<typeof findAutoshiftFaults> =>
    findAutoshiftFaults({
      target: ZonalAutoshift.enabled(),
      zones: 3,
      cpuPercent: 66,
      ...change,
    });

  it.each([
    [2, 50],
    [3, 66],
    [4, 75],
    [6, 83],
  ])('lets %i zones be %i %% busy and no more', (zones, cpuPercent) => {
    expect(faults({ zones, cpuPercent })).toEqual([]);
    expect(faults({ zones, cpuPercent: cpuPercent + 1 })).toHaveLength(1);
  });

  it('takes windows that begin before they end, of one day', () => {
    const of = (window: string): number =>
      faults({ target: ZonalAutoshift.enabled({ blockedWindows: [window] }) }).length;
    expect(of('Sun:00:00-Sun:00:30')).toBe(0);
    expect(of('Sun:09:00-Sun:09:00')).toBe(1);
    expect(of('Sun:24:00-Sun:24:30')).toBe(1);
    expect(of('sun:00:00-sun:00:30')).toBe(1);
  });

  it('rejects more dates than AWS takes', () => {
    const blockedDates = Array.from({ length: 16 }, (_, day) => `2026-12-${day + 10}`);
    expect(faults({ target: ZonalAutoshift.enabled({ blockedDates }) })).toEqual([
      {
        rule: 'aws.zonal-autoshift',
        path: 'zonalAutoshift.blockedDates',
        allowed: 'hold at most 15, as many as AWS takes',
        got: '16',
        fix: 'remove some',
      },
    ]);
  });

  it('asks nothing of whoever leaves it out', () => {
    expect(faults({ target: null, cpuPercent: 90 })).toEqual([]);
  });
});
