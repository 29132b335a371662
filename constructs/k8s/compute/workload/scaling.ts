import type { k8s } from 'cdk8s-plus-28';
import type { AutoscalingPlan } from '../../../../lib';

/** Processor use, and memory use where asked for: the autoscaler follows whichever wants more replicas. */
export function renderMetrics(plan: AutoscalingPlan): k8s.MetricSpecV2[] {
  return [
    renderUtilization('cpu', plan.cpuPercent),
    ...(plan.memoryPercent === null ? [] : [renderUtilization('memory', plan.memoryPercent)]),
  ];
}

/** How fast replicas come and go. */
export function renderBehavior(plan: AutoscalingPlan): k8s.HorizontalPodAutoscalerBehaviorV2 {
  return { scaleUp: renderRules(plan.scaleUp), scaleDown: renderRules(plan.scaleDown) };
}

function renderUtilization(name: string, percent: number): k8s.MetricSpecV2 {
  return {
    type: 'Resource',
    resource: { name, target: { type: 'Utilization', averageUtilization: percent } },
  };
}

function renderRules(pace: AutoscalingPlan['scaleUp']): k8s.HpaScalingRulesV2 {
  return {
    stabilizationWindowSeconds: pace.windowSeconds,
    policies: [{ type: 'Pods', value: pace.replicas, periodSeconds: pace.periodSeconds }],
  };
}
