import { z } from 'zod';
import { customResource, goDuration, labels, text } from './fields';

/** External Secrets Operator 0.16, https://external-secrets.io/latest/api/externalsecret/ */
export const EXTERNAL_SECRETS = [
  customResource(
    'external-secrets.io/v1',
    'ExternalSecret',
    z.strictObject({
      refreshInterval: goDuration,
      secretStoreRef: z.strictObject({
        kind: z.enum(['SecretStore', 'ClusterSecretStore']),
        name: text,
      }),
      target: z.strictObject({
        name: text,
        creationPolicy: z.enum(['Owner', 'Orphan', 'Merge', 'None']),
        deletionPolicy: z.enum(['Delete', 'Merge', 'Retain']),
        template: z
          .strictObject({
            type: z.enum(['Opaque', 'kubernetes.io/basic-auth']).optional(),
            engineVersion: z.literal('v2'),
            mergePolicy: z.enum(['Replace', 'Merge']),
            data: labels,
          })
          .optional(),
      }),
      data: z
        .array(
          z.strictObject({
            secretKey: text,
            remoteRef: z.strictObject({ key: text, property: text.optional() }),
          }),
        )
        .min(1),
    }),
  ),
];
