import { planAlerts, renderDashboard, renderPrometheus } from '../../../lib/alerts';
import { anAlertScope } from '../../lib/alerts/alert-scopes';
import { describeWithTool } from '../../support/lab-tool';
import { ALERT_CASES, ROLLING_UPDATE } from './alert-cases';
import { checkRules, testRules, type Expectation } from './promtool';
import { HEALTHY, type World } from './world';

const SCOPE = anAlertScope();
const RUNBOOKS = 'https://example.com/runbooks';
const RULES = renderPrometheus(SCOPE, RUNBOOKS);

describe('the cases of the alerts', () => {
  it('has for every alert one that fires, one that just does not, and one without its series', () => {
    const covered = Object.entries(ALERT_CASES).map(([name, cases]) => [
      name,
      ['fires', 'silent', 'absent'].every((kind) => cases.some((each) => each.kind === kind)),
    ]);

    expect(covered).toEqual(planAlerts(SCOPE).map(({ name }) => [name, true]));
  });

  it('lets each alert fire in the cases that say so', () => {
    const wrong = Object.entries(ALERT_CASES).flatMap(([name, cases]) =>
      cases.filter(
        ({ kind, fires }) =>
          (kind === 'fires' && !fires.includes(name)) ||
          (kind === 'silent' && fires.includes(name)),
      ),
    );

    expect(wrong).toEqual([]);
  });
});

describeWithTool('promtool', (promtool) => {
  const firing = (atMinute: number, names: readonly string[]): Expectation => ({
    expr: 'group by (alertname) (ALERTS{alertstate="firing"})',
    atMinute,
    samples: names.map((name) => ({ labels: `{alertname="${name}"}`, value: 1 })),
  });
  const outcome = (differs: World, ...expressions: Expectation[]): string =>
    testRules(promtool, RULES, { world: { ...HEALTHY, ...differs }, expressions });

  describe('renderPrometheus', () => {
    it.each([
      ['everything', SCOPE],
      [
        'a gateway alone',
        anAlertScope({ database: 'none', patroni: null, kubernetes: null, replication: null }),
      ],
    ])('writes rules for %s that Prometheus reads', (_, scope) => {
      expect(checkRules(promtool, renderPrometheus(scope, RUNBOOKS))).toBe('');
    });

    it('is refused when it is wrong, and fails when the outcome is another', () => {
      expect(
        checkRules(promtool, 'groups: [{ name: a, rules: [{ alert: A, expr: "(" }] }]'),
      ).toMatch(/could not parse expression/);
      expect(outcome({}, firing(5, ['InstanceDown']))).toMatch(/exp:.*InstanceDown/s);
    });
  });

  describe('planAlerts', () => {
    it('is silent for seven hours when all is well', () => {
      for (const times of [[0, 1, 5, 15, 60], [400]]) {
        expect(outcome({}, ...times.map((atMinute) => firing(atMinute, [])))).toBe('');
      }
    });

    it('is silent during a rolling update', () => {
      expect(outcome(ROLLING_UPDATE, firing(19, []), firing(25, []), firing(60, []))).toBe('');
    });

    it('says everything that is unknown when there is nothing left to ask', () => {
      const nothing = Object.fromEntries(Object.keys(HEALTHY).map((name) => [name, []]));
      const names = [
        'AllProvidersDown',
        'DatabaseConnectionFailed',
        'InstanceDown',
        'PostgresWithoutLeader',
        'PostgresWithoutStandby',
        'RegionReplicationStopped',
        'ReplicasBelowMinimum',
      ];
      expect(outcome(nothing, firing(30, names))).toBe('');
    });

    it('names the replica, the severity and the runbook in a page', () => {
      const labels = { job: 'litellm', namespace: 'models', service: 'litellm' };
      const annotations = {
        summary: 'LiteLLM instance c is down',
        description:
          'Prometheus gets no answer. With one instance down the others serve; with none known, nobody is served.',
        runbook_url: `${RUNBOOKS}/instance-down.md`,
      };
      const [fires] = ALERT_CASES.InstanceDown ?? [];
      const world = { ...HEALTHY, ...fires?.differs };
      expect(
        testRules(promtool, RULES, {
          world,
          expressions: [],
          pages: [
            {
              alertname: 'InstanceDown',
              atMinute: 2,
              pages: [{ labels: { ...labels, instance: 'c', severity: 'critical' }, annotations }],
            },
          ],
        }),
      ).toBe('');
      expect(
        testRules(promtool, RULES, {
          world: { ...HEALTHY, up: [] },
          expressions: [],
          pages: [
            {
              alertname: 'InstanceDown',
              atMinute: 2,
              pages: [
                {
                  labels: { ...labels, severity: 'critical' },
                  annotations: {
                    ...annotations,
                    summary: 'No LiteLLM instance is known to Prometheus',
                  },
                },
              ],
            },
          ],
        }),
      ).toBe('');
    });
  });

  describe.each(Object.entries(ALERT_CASES))('%s', (_, cases) => {
    it.each(cases.map((each) => [describeFires(each.fires), each.when, each] as const))(
      '%s when %s',
      (_fires, _when, { differs, atMinute, fires }) => {
        expect(outcome(differs, firing(atMinute, fires))).toBe('');
      },
    );
  });

  describe('renderDashboard', () => {
    const { panels } = JSON.parse(renderDashboard(SCOPE, 'models-litellm')) as {
      readonly panels: readonly { title: string; targets: readonly { expr: string }[] }[];
    };

    it.each(panels.map(({ title, targets }) => [title, targets] as const))(
      'finds something to draw for %s',
      (_, targets) => {
        const drawn = targets.map(({ expr }) => ({
          expr: `count(${expr}) > bool 0`,
          atMinute: 30,
          samples: [{ labels: '{}', value: 1 }],
        }));
        expect(outcome({}, ...drawn)).toBe('');
      },
    );
  });
});

function describeFires(names: readonly string[]): string {
  return `fires ${names.length === 0 ? 'nothing' : names.join(' and ')}`;
}
