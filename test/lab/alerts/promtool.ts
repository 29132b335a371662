import { spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { World } from './world';

/** An expression and what it must give; each sample is its labels, as promtool writes them, and its value. */
export interface Expectation {
  readonly expr: string;
  readonly atMinute: number;
  readonly samples: readonly { readonly labels: string; readonly value: number }[];
}

/** What a page says at a time; all labels and annotations of all that fire under the name. */
export interface ExpectedPages {
  readonly alertname: string;
  readonly atMinute: number;
  readonly pages: readonly {
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations: Readonly<Record<string, string>>;
  }[];
}

export interface RulesTest {
  readonly world: World;
  readonly expressions: readonly Expectation[];
  readonly pages?: readonly ExpectedPages[];
}

/** Runs `promtool check rules`; an empty text says that all is well. */
export function checkRules(promtool: string, rules: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'rules-'));
  writeFileSync(join(folder, 'rules.yml'), rules);
  return run(promtool, ['check', 'rules', '--lint=all', '--lint-fatal', join(folder, 'rules.yml')]);
}

/** Runs `promtool test rules`; an empty text says that all came as expected. */
export function testRules(promtool: string, rules: string, test: RulesTest): string {
  const folder = mkdtempSync(join(tmpdir(), 'rules-'));
  writeFileSync(join(folder, 'rules.yml'), rules);
  writeFileSync(
    join(folder, 'tests.yml'),
    stringify({
      rule_files: ['rules.yml'],
      evaluation_interval: evaluationInterval(test),
      tests: [
        {
          interval: '1m',
          input_series: renderSeries(test.world),
          promql_expr_test: test.expressions.map(({ expr, atMinute, samples }) => ({
            expr,
            eval_time: `${atMinute}m`,
            exp_samples: samples,
          })),
          alert_rule_test: (test.pages ?? []).map(({ alertname, atMinute, pages }) => ({
            alertname,
            eval_time: `${atMinute}m`,
            exp_alerts: pages.map(({ labels, annotations }) => ({
              exp_labels: labels,
              exp_annotations: annotations,
            })),
          })),
        },
      ],
    }),
  );
  return run(promtool, ['test', 'rules', join(folder, 'tests.yml')]);
}

/** Hours are evaluated in larger steps, to save time; no alert waits for less than that once hours matter. */
function evaluationInterval({ expressions, pages = [] }: RulesTest): string {
  const last = Math.max(...[...expressions, ...pages].map(({ atMinute }) => atMinute));
  return last > 60 ? '5m' : '1m';
}

function renderSeries(
  world: World,
): readonly { readonly series: string; readonly values: string }[] {
  return Object.entries(world).flatMap(([name, series]) =>
    series.map(([labels, values]) => ({
      series: `${name}{${Object.entries(labels)
        .map(([label, value]) => `${label}=${JSON.stringify(value)}`)
        .join(',')}}`,
      values,
    })),
  );
}

function run(promtool: string, args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(promtool, args, { encoding: 'utf8' });
  return status === 0 ? '' : `${stdout}${stderr}`;
}
