import { planFailback, planFailover, renderRunbook } from '../../../lib';
import { anActivePassive } from '../multi-region';

const FAILOVER = planFailover(anActivePassive(), 'us-east-1');

describe('renderRunbook', () => {
  it('says of a step what it does, when it is done, and what to do when it fails', () => {
    const text = renderRunbook(FAILOVER);

    expect(text.split('\n## ')[0]).toBe(
      [
        '# Failover from us-east-1: litellm on aws',
        '',
        'Led from us-west-2. Take the steps in this order. Each may be taken twice: look first whether it is done.',
        '',
      ].join('\n'),
    );
    expect(text.split('\n## ')[7]).toBe(
      [
        '7. Keep clients out of us-east-1, even if it comes back by itself',
        '',
        '- Step: `shift.close.us-east-1`, in us-west-2, changes something',
        '- Only after: `verify.writes.us-west-2`, `verify.requests.us-west-2`',
        '- Done when: the switch of us-east-1, kept in us-west-2, reads closed',
        '- Time: 30 s at most, 3 attempts',
        '- Uses: Amazon S3 PutObject (data plane, us-west-2)',
        '- If it fails: open the switch of us-east-1; health checks lead clients away as long as the region is down',
        '',
      ].join('\n'),
    );
  });

  it('has a section for every step, in order', () => {
    for (const procedure of [FAILOVER, planFailback(anActivePassive(), 'us-east-1')]) {
      const ids = [...renderRunbook(procedure).matchAll(/^- Step: `([^`]+)`/gm)].map(
        ([, id]) => id,
      );

      expect(ids).toEqual(procedure.steps.map(({ id }) => id));
    }
  });

  it('puts the commands of a step below it, where a target knows them', () => {
    const sections = renderRunbook(FAILOVER, ({ action }) =>
      action.kind === 'observe-traffic' ? ['# Twenty times.', 'curl https://x'] : [],
    ).split('\n## ');

    expect(sections.at(-1)).toMatch(/\n\n```sh\n# Twenty times\.\ncurl https:\/\/x\n```\n$/);
    expect(sections.filter((section) => section.includes('```'))).toHaveLength(1);
  });

  it('calls a failback by its name', () => {
    expect(renderRunbook(planFailback(anActivePassive(), 'us-east-1'))).toMatch(
      /^# Failback to us-east-1: litellm on aws\n/,
    );
  });
});
