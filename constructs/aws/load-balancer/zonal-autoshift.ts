import { CfnZonalAutoshiftConfiguration } from 'aws-cdk-lib/aws-arczonalshift';
import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { IApplicationLoadBalancer } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Construct } from 'constructs';
import type { Problem } from '../../../lib';

/** When AWS rehearses the loss of a zone, and when it does not. */
export interface ZonalAutoshiftOptions {
  /**
   * Times of the week at which no rehearsal begins: those of most traffic, or those at which nobody is there. Each starts
   * and ends on one day, in UTC, such as `Fri:16:00-Fri:23:59`.
   *
   * Unit: at most 15 windows.
   *
   * @default - none
   */
  readonly blockedWindows?: readonly string[];

  /**
   * Days on which no rehearsal begins, such as `2026-11-27`, in UTC.
   *
   * Unit: at most 15 dates.
   *
   * @default - none
   */
  readonly blockedDates?: readonly string[];
}

/** AWS moves clients away from a zone that fails, and rehearses it every week. */
export interface AutoshiftChoice extends ZonalAutoshiftOptions {
  readonly kind: 'autoshift';
}

export interface ZonalAutoshiftBlockProps {
  readonly loadBalancer: IApplicationLoadBalancer;
  readonly target: AutoshiftChoice;
  /** What ends a rehearsal: users are failed. */
  readonly stopAlarms: readonly Alarm[];
}

/** @see https://docs.aws.amazon.com/arc-zonal-shift/latest/api/API_PracticeRunConfiguration.html */
const MAX_BLOCKED = 15;

const DAY = '(Mon|Tue|Wed|Thu|Fri|Sat|Sun)';
const TIME = '([01]\\d|2[0-3]):[0-5]\\d';
const WINDOW = new RegExp(`^${DAY}:(${TIME})-\\1:(${TIME})$`);
const DATE = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/;

/**
 * Lets AWS lead clients away from a zone that it sees fail, minutes before a human would. Once a week AWS takes a zone out
 * for half an hour to see that the others carry everybody; an alarm that says that users are failed ends that, and the
 * rehearsal counts as failed.
 *
 * A rehearsal leaves the replicas of one zone without requests. With `minReplicas` at the number of zones that is fewer
 * than the alarm `ReplicasBelowZones` asks for; at three zones, five are enough for it to stay quiet.
 *
 * Costs: nothing but the replicas that carry a lost zone's share.
 * Survives: the loss of a zone, also one that probes do not see. Open streams end where they are.
 * Does not survive: the loss of the region.
 */
export class ZonalAutoshift extends Construct {
  /** AWS shifts by itself, and rehearses it every week. */
  static enabled(options: ZonalAutoshiftOptions = {}): AutoshiftChoice {
    return { kind: 'autoshift', ...options };
  }

  readonly resource: CfnZonalAutoshiftConfiguration;

  constructor(scope: Construct, id: string, props: ZonalAutoshiftBlockProps) {
    super(scope, id);
    const { loadBalancer, target, stopAlarms } = props;
    const alarms = stopAlarms.map((alarm) => ({
      type: 'CLOUDWATCH',
      alarmIdentifier: alarm.alarmArn,
    }));
    this.resource = new CfnZonalAutoshiftConfiguration(this, 'Resource', {
      resourceIdentifier: loadBalancer.loadBalancerArn,
      zonalAutoshiftStatus: 'ENABLED',
      practiceRunConfiguration: {
        outcomeAlarms: alarms,
        // Whoever has an outage already needs no rehearsal of one.
        blockingAlarms: alarms,
        blockedWindows: [...(target.blockedWindows ?? [])],
        blockedDates: [...(target.blockedDates ?? [])],
      },
    });
  }
}

/** What would make a shift an outage, or is no time at which to leave it. */
export function findAutoshiftFaults(input: {
  /** Null: AWS shifts no zone by itself. */
  readonly target: AutoshiftChoice | null;
  readonly zones: number;
  readonly cpuPercent: number;
}): readonly Problem[] {
  const { target, zones, cpuPercent } = input;
  if (target === null) return [];
  return [
    ...findCrowding(zones, cpuPercent),
    ...findMisread('blockedWindows', target.blockedWindows ?? [], {
      isRight: isWindow,
      like: 'a window of one day in UTC, like Fri:16:00-Fri:23:59',
    }),
    ...findMisread('blockedDates', target.blockedDates ?? [], {
      isRight: (text) => DATE.test(text),
      like: 'a date like 2026-11-27',
    }),
  ];
}

/** Replicas are added within minutes; a shift takes seconds. Those that are there have to carry everybody until then. */
function findCrowding(zones: number, cpuPercent: number): readonly Problem[] {
  const left = zones - 1;
  const most = Math.floor((100 * left) / zones);
  if (cpuPercent <= most) return [];
  const crowded = Math.round((cpuPercent * zones) / left);
  return [
    {
      rule: 'aws.zonal-autoshift',
      path: 'autoscaling.cpuPercent',
      allowed:
        `be at most ${most} with zonalAutoshift, because all clients are then led to ${left} of ${zones} zones ` +
        `(${cpuPercent} % × ${zones} / ${left} = ${crowded} %)`,
      got: String(cpuPercent),
      fix: 'lower it, or leave zonalAutoshift out',
    },
  ];
}

function findMisread(
  name: 'blockedWindows' | 'blockedDates',
  texts: readonly string[],
  { isRight, like }: { readonly isRight: (text: string) => boolean; readonly like: string },
): readonly Problem[] {
  const path = `zonalAutoshift.${name}`;
  const misread = texts.flatMap((text, index): readonly Problem[] =>
    isRight(text)
      ? []
      : [
          {
            rule: 'aws.zonal-autoshift',
            path: `${path}[${index}]`,
            allowed: `be ${like}`,
            got: JSON.stringify(text),
            fix: 'mend it',
          },
        ],
  );
  if (texts.length <= MAX_BLOCKED) return misread;
  return [
    ...misread,
    {
      rule: 'aws.zonal-autoshift',
      path,
      allowed: `hold at most ${MAX_BLOCKED}, as many as AWS takes`,
      got: String(texts.length),
      fix: 'remove some',
    },
  ];
}

function isWindow(text: string): boolean {
  const match = WINDOW.exec(text);
  return match !== null && (match[2] ?? '') < (match[4] ?? '');
}
