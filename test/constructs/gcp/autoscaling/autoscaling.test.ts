import { anInstanceGroup, resourceOf, synthesize } from '../synthesize';

const TYPE = 'google_compute_region_autoscaler';

describe('Autoscaling', () => {
  it('keeps three to twenty replicas and removes one in five minutes', () => {
    expect(resourceOf(synthesize(), TYPE)).toMatchObject({
      region: 'us-central1',
      autoscaling_policy: {
        mode: 'ON',
        min_replicas: 3,
        max_replicas: 20,
        cooldown_period: 180,
        scale_in_control: { time_window_sec: 300, max_scaled_in_replicas: { fixed: 1 } },
      },
    });
  });

  it('takes the number of replicas as it is described', () => {
    const autoscaling = { minReplicas: 4, maxReplicas: 9 };

    expect(resourceOf(synthesize({ autoscaling }), TYPE)).toMatchObject({
      autoscaling_policy: { min_replicas: 4, max_replicas: 9 },
    });
  });

  it.each([
    { machineType: 'e2-standard-2', cpuMillicores: 1000, target: 0.35 },
    { machineType: 'e2-standard-2', cpuMillicores: 2000, target: 0.7 },
    { machineType: 'e2-standard-4', cpuMillicores: 1000, target: 0.175 },
  ])('aims for 70 percent of $cpuMillicores millicores on $machineType', ({ target, ...props }) => {
    const compute = anInstanceGroup(props);

    expect(resourceOf(synthesize({ compute }), TYPE)).toMatchObject({
      autoscaling_policy: { cpu_utilization: { target } },
    });
  });
});
