import { Match } from 'aws-cdk-lib/assertions';
import { WebFirewall } from '../../../../constructs/aws';
import { build, buildDefaults } from '../support';

interface RuleProperties {
  readonly Name: string;
  readonly Action?: unknown;
  readonly Statement: {
    readonly RateBasedStatement?: { readonly Limit: number };
    readonly ManagedRuleGroupStatement?: {
      readonly RuleActionOverrides: readonly {
        readonly Name: string;
        readonly ActionToUse: unknown;
      }[];
    };
  };
}

function rules(template: ReturnType<typeof buildDefaults>['template']): readonly RuleProperties[] {
  const [webAcl] = Object.values(template.findResources('AWS::WAFv2::WebACL'));
  return webAcl?.['Properties'].Rules as RuleProperties[];
}

describe('WebFirewall', () => {
  it('stands before the load balancer with a bound on requests and the rules of AWS', () => {
    const { stack, gateway, template } = buildDefaults();
    expect(rules(template).map(({ Name }) => Name)).toEqual([
      'RequestsPerAddress',
      'AWSManagedRulesAmazonIpReputationList',
      'AWSManagedRulesCommonRuleSet',
      'AWSManagedRulesKnownBadInputsRuleSet',
    ]);
    expect(rules(template)[0]).toMatchObject({
      Action: { Block: { CustomResponse: { ResponseCode: 429 } } },
      Statement: {
        RateBasedStatement: { AggregateKeyType: 'IP', Limit: 10_000, EvaluationWindowSec: 300 },
      },
    });
    template.hasResourceProperties('AWS::WAFv2::WebACLAssociation', {
      ResourceArn: stack.resolve(gateway.loadBalancer.resource.loadBalancerArn),
      WebACLArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('Firewall'), 'Arn'] },
    });
  });

  it('only counts what rules find in bodies: a prompt may quote an attack', () => {
    const overrides = rules(buildDefaults().template).flatMap(
      ({ Statement }) => Statement.ManagedRuleGroupStatement?.RuleActionOverrides ?? [],
    );
    expect(overrides).toHaveLength(7);
    for (const { Name, ActionToUse } of overrides) {
      expect(Name).toMatch(/_BODY$/);
      expect(ActionToUse).toEqual({ Count: {} });
    }
  });

  it('logs without keys', () => {
    const { template } = buildDefaults();
    template.hasResourceProperties('AWS::WAFv2::LoggingConfiguration', {
      RedactedFields: Match.arrayWith([{ SingleHeader: { Name: 'authorization' } }]),
    });
    template.hasResourceProperties('AWS::Logs::LogGroup', {
      LogGroupName: Match.stringLikeRegexp('^aws-waf-logs-'),
    });
  });

  it('follows requestsPerAddress', () => {
    const { template } = build((props) => ({
      ...props,
      firewall: WebFirewall.managed({ requestsPerAddress: 500 }),
    }));
    expect(rules(template)[0]?.Statement.RateBasedStatement?.Limit).toBe(500);
  });

  it('uses a web ACL that is brought, and creates none', () => {
    const arn = 'arn:aws:wafv2:eu-west-1:111111111111:regional/webacl/mine/1';
    const { template } = build((props) => ({ ...props, firewall: WebFirewall.existing(arn) }));
    template.resourceCountIs('AWS::WAFv2::WebACL', 0);
    template.hasResourceProperties('AWS::WAFv2::WebACLAssociation', { WebACLArn: arn });
  });
});
