import { Stack } from 'aws-cdk-lib';
import type { EksWorkload } from '../compute/eks/workload';
import type { FargateService } from '../compute/fargate/service';
import { type Experiment, ONE_THIRD, wait } from './experiment';
import { experimentAccount } from './pods';

/** Tasks of Fargate end. */
export function planTaskExperiments({ cluster, resource }: FargateService): readonly Experiment[] {
  const stack = Stack.of(resource);
  return [
    {
      name: 'ReplicaLoss',
      description: 'A third of the replicas is stopped; the others serve, and new ones come.',
      targets: {
        Tasks: {
          resourceType: 'aws:ecs:task',
          parameters: { cluster: cluster.clusterName, service: resource.serviceName },
          selectionMode: ONE_THIRD,
        },
      },
      actions: {
        Stop: { actionId: 'aws:ecs:stop-task', targets: { Tasks: 'Tasks' } },
        Recover: wait('Stop'),
      },
      rights: [
        {
          actions: ['ecs:StopTask', 'ecs:DescribeTasks'],
          resources: [
            stack.formatArn({
              service: 'ecs',
              resource: 'task',
              resourceName: `${cluster.clusterName}/*`,
            }),
          ],
        },
        {
          actions: ['ecs:ListTasks', 'ecs:DescribeClusters', 'ecs:DescribeServices'],
          resources: ['*'],
        },
      ],
    },
  ];
}

/**
 * Pods end, at once and without a goodbye. It is the one action of FIS on pods that these can be put to: all others run a
 * container inside the pod, which inherits a root file system that cannot be written to, and those on the network ask for
 * root besides. Loosening either for an experiment would loosen it for attackers.
 *
 * @see https://docs.aws.amazon.com/fis/latest/userguide/eks-pod-actions.html
 */
export function planPodExperiments({ resource, workloadName }: EksWorkload): readonly Experiment[] {
  return [
    {
      name: 'ReplicaLoss',
      description: 'A third of the replicas is killed; the others serve, and new ones come.',
      targets: {
        Pods: {
          resourceType: 'aws:eks:pod',
          parameters: {
            clusterIdentifier: resource.clusterName,
            namespace: workloadName,
            selectorType: 'labelSelector',
            selectorValue: `app=${workloadName}`,
          },
          selectionMode: ONE_THIRD,
        },
      },
      actions: {
        Kill: {
          actionId: 'aws:eks:pod-delete',
          parameters: {
            gracePeriodSeconds: '0',
            kubernetesServiceAccount: experimentAccount(workloadName),
            // The namespace admits no other pods.
            fisPodSecurityPolicy: 'restricted',
          },
          targets: { Pods: 'Pods' },
        },
        Recover: wait('Kill'),
      },
      rights: [
        { actions: ['eks:DescribeCluster'], resources: [resource.clusterArn] },
        { actions: ['ec2:DescribeSubnets'], resources: ['*'] },
      ],
    },
  ];
}
