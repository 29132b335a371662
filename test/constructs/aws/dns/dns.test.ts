import { buildDefaults } from '../support';

describe('Dns', () => {
  it('leads the name to the load balancer over IPv4 and IPv6 while it has healthy replicas', () => {
    const { gateway, template } = buildDefaults();
    for (const Type of ['A', 'AAAA']) {
      template.hasResourceProperties('AWS::Route53::RecordSet', {
        Type,
        Name: 'api.example.com.',
        AliasTarget: { EvaluateTargetHealth: true },
      });
    }
    expect(gateway.url).toBe('https://api.example.com');
  });
});
