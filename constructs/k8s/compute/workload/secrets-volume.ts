import type { k8s } from 'cdk8s-plus-28';

const NAME = 'secrets';
const FOLDER = '/secrets';

/** What makes the Secrets Store driver copy secrets: it does so once a pod mounts them. */
export function renderSecretsVolume(secretProviderClass: string): k8s.Volume {
  return {
    name: NAME,
    csi: {
      driver: 'secrets-store.csi.k8s.io',
      readOnly: true,
      volumeAttributes: { secretProviderClass },
    },
  };
}

export function mountSecrets(): k8s.VolumeMount {
  return { name: NAME, mountPath: FOLDER, readOnly: true };
}
