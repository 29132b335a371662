import { ArnFormat, Names, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as wafv2 from 'aws-cdk-lib/aws-wafv2';
import { Construct } from 'constructs';

/** A firewall with AWS's rules and a bound on requests, created for the gateway. */
export interface ManagedFirewallOptions {
  /**
   * Requests of one address within five minutes; what comes beyond is answered 429. Raise it where many clients come from
   * one address, as from behind a company's NAT.
   *
   * Unit: requests per five minutes, 100–2000000.
   *
   * @default 10000
   */
  readonly requestsPerAddress?: number;
}

export interface ManagedFirewallChoice extends ManagedFirewallOptions {
  readonly kind: 'managed';
}

/** A web ACL that is there already. */
export interface ExistingFirewallChoice {
  readonly kind: 'existing';
  readonly webAclArn: string;
}

export type FirewallChoice = ManagedFirewallChoice | ExistingFirewallChoice;

export interface FirewallBlockProps {
  readonly loadBalancerArn: string;
  readonly target: FirewallChoice;
  readonly requestsPerAddress: number;
}

interface ManagedGroup {
  readonly name: string;
  /** Rules of the group that count and do not block. */
  readonly counted: readonly string[];
}

/**
 * A prompt is free text: it may be long, quote HTML, ask about a path or about Log4j. Rules that judge the body see
 * attacks in that, so they count; addresses, headers and paths are judged.
 */
const GROUPS: readonly ManagedGroup[] = [
  { name: 'AWSManagedRulesAmazonIpReputationList', counted: [] },
  {
    name: 'AWSManagedRulesCommonRuleSet',
    counted: [
      'SizeRestrictions_BODY',
      'EC2MetaDataSSRF_BODY',
      'GenericLFI_BODY',
      'GenericRFI_BODY',
      'CrossSiteScripting_BODY',
    ],
  },
  {
    name: 'AWSManagedRulesKnownBadInputsRuleSet',
    counted: ['JavaDeserializationRCE_BODY', 'Log4JRCE_BODY'],
  },
];

/** Headers that carry keys. */
const REDACTED = ['authorization', 'x-api-key', 'api-key', 'x-litellm-api-key'];

/**
 * What stands between the internet and the load balancer: a bound on requests of one address, and AWS's rules.
 *
 * Costs: the web ACL, four rules, requests by the million, and its logs.
 * Survives: the loss of a zone. Does not survive: the loss of the region.
 */
export class WebFirewall extends Construct {
  /** AWS's rules and a bound on requests. */
  static managed(options: ManagedFirewallOptions = {}): ManagedFirewallChoice {
    return { kind: 'managed', ...options };
  }

  /** A web ACL of your own, of the same region. */
  static existing(webAclArn: string): ExistingFirewallChoice {
    return { kind: 'existing', webAclArn };
  }

  /** Null: it was brought. */
  readonly resource: wafv2.CfnWebACL | null;

  constructor(scope: Construct, id: string, props: FirewallBlockProps) {
    super(scope, id);
    const { target } = props;
    this.resource = target.kind === 'managed' ? this.createWebAcl(props) : null;
    if (this.resource !== null) this.createLog(this.resource);
    new wafv2.CfnWebACLAssociation(this, 'Association', {
      resourceArn: props.loadBalancerArn,
      webAclArn: target.kind === 'existing' ? target.webAclArn : (this.resource?.attrArn ?? ''),
    });
  }

  private createWebAcl({ requestsPerAddress }: FirewallBlockProps): wafv2.CfnWebACL {
    return new wafv2.CfnWebACL(this, 'Resource', {
      scope: 'REGIONAL',
      description: 'Entrance of the gateway',
      defaultAction: { allow: {} },
      visibilityConfig: visibility('WebFirewall'),
      rules: [
        {
          name: 'RequestsPerAddress',
          priority: 0,
          action: { block: { customResponse: { responseCode: 429 } } },
          statement: {
            rateBasedStatement: {
              aggregateKeyType: 'IP',
              limit: requestsPerAddress,
              evaluationWindowSec: 300,
            },
          },
          visibilityConfig: visibility('RequestsPerAddress'),
        },
        ...GROUPS.map(({ name, counted }, index) => ({
          name,
          priority: index + 1,
          overrideAction: { none: {} },
          statement: {
            managedRuleGroupStatement: {
              vendorName: 'AWS',
              name,
              ruleActionOverrides: counted.map((rule) => ({
                name: rule,
                actionToUse: { count: {} },
              })),
            },
          },
          visibilityConfig: visibility(name),
        })),
      ],
    });
  }

  private createLog(webAcl: wafv2.CfnWebACL): void {
    const logGroup = new logs.LogGroup(this, 'Logs', {
      // WAF writes only to names that begin like this.
      logGroupName: `aws-waf-logs-${Names.uniqueResourceName(this, { maxLength: 100 })}`,
      retention: logs.RetentionDays.THREE_MONTHS,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    new wafv2.CfnLoggingConfiguration(this, 'Logging', {
      resourceArn: webAcl.attrArn,
      // The group's own attribute ends in `:*`, which WAF refuses.
      logDestinationConfigs: [
        Stack.of(this).formatArn({
          service: 'logs',
          resource: 'log-group',
          resourceName: logGroup.logGroupName,
          arnFormat: ArnFormat.COLON_RESOURCE_NAME,
        }),
      ],
      redactedFields: REDACTED.map((name) => ({ singleHeader: { Name: name } })),
    });
  }
}

function visibility(metricName: string): wafv2.CfnWebACL.VisibilityConfigProperty {
  return { metricName, cloudWatchMetricsEnabled: true, sampledRequestsEnabled: false };
}
