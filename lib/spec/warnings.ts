import type { Warning } from '../errors';
import type { TargetTraits } from '../topology/target-traits';
import type { GatewaySpec } from './spec';

/** Things that are allowed and still deserve a look. */
export function noticeWarnings(spec: GatewaySpec, traits: TargetTraits): readonly Warning[] {
  const warnings: Warning[] = [];
  if (traits.secretsFrom === 'handles') {
    for (const name of spec.secretNames) {
      if (spec.config.requiredEnvironment.includes(name)) continue;
      warnings.push({
        rule: 'secrets.unused',
        path: `secrets.${name}`,
        message: `the configuration does not reference os.environ/${name}; remove the secret or the typing error`,
      });
    }
  }
  if (spec.image.kind === 'registry' && !spec.image.reference.includes('@sha256:')) {
    warnings.push({
      rule: 'image.digest',
      path: 'image.reference',
      message: `${spec.image.reference} is a tag that may move; pin it as name@sha256:…`,
    });
  }
  if (spec.autoscaling.memoryPercent !== null) {
    warnings.push({
      rule: 'autoscaling.memory',
      path: 'autoscaling.memoryPercent',
      message:
        'memory follows the highest load seen, not the present one: replicas are added and seldom removed; prefer cpuPercent alone',
    });
  }
  return warnings;
}
