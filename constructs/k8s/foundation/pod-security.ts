import type { k8s } from 'cdk8s-plus-28';

/** User and group of a container that writes to volumes: the kubelet hands those to `groupId`. */
export interface PodUser {
  readonly userId: number;
  readonly groupId: number;
}

/**
 * The Pod Security Standard *restricted*, for a whole pod.
 *
 * @see https://kubernetes.io/docs/concepts/security/pod-security-standards/
 */
export function restrictedPod(user: PodUser): k8s.PodSecurityContext {
  return {
    runAsNonRoot: true,
    runAsUser: user.userId,
    runAsGroup: user.groupId,
    fsGroup: user.groupId,
    // At every start the kubelet would change the group of each file of a large database, which takes minutes, and open
    // them to the group, which PostgreSQL refuses. Once, on the empty volume, is enough.
    fsGroupChangePolicy: 'OnRootMismatch',
    seccompProfile: { type: 'RuntimeDefault' },
  };
}

/** The Pod Security Standard *restricted*, for a container, and a root file system that nobody can write to. */
export const RESTRICTED_CONTAINER: k8s.SecurityContext = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
  readOnlyRootFilesystem: true,
  runAsNonRoot: true,
};
