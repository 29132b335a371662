import { z } from 'zod';
import { customResource, goDuration, port, text } from './fields';

const GATEWAY_GROUP = 'gateway.networking.k8s.io';

/** cert-manager 1.17, https://cert-manager.io/docs/reference/api-docs/#cert-manager.io/v1.CertificateSpec */
const certificate = customResource(
  'cert-manager.io/v1',
  'Certificate',
  z.strictObject({
    secretName: text,
    dnsNames: z.array(text).min(1),
    privateKey: z.strictObject({
      algorithm: z.enum(['RSA', 'ECDSA', 'Ed25519']),
      size: z.int(),
      rotationPolicy: z.enum(['Always', 'Never']),
    }),
    issuerRef: z.strictObject({
      group: z.literal('cert-manager.io'),
      kind: z.enum(['Issuer', 'ClusterIssuer']),
      name: text,
    }),
  }),
);

/** Gateway API 1.2, https://gateway-api.sigs.k8s.io/reference/spec/#httproute */
const httpRoute = customResource(
  `${GATEWAY_GROUP}/v1`,
  'HTTPRoute',
  z.strictObject({
    parentRefs: z
      .array(
        z.strictObject({
          group: z.literal(GATEWAY_GROUP),
          kind: z.literal('Gateway'),
          name: text,
          namespace: text,
          sectionName: text,
        }),
      )
      .min(1),
    hostnames: z.array(text).min(1),
    rules: z
      .array(
        z.strictObject({
          matches: z
            .array(
              z.strictObject({
                path: z.strictObject({
                  type: z.enum(['Exact', 'PathPrefix']),
                  value: z.string().startsWith('/'),
                }),
              }),
            )
            .optional(),
          filters: z
            .array(
              z.strictObject({
                type: z.literal('RequestRedirect'),
                requestRedirect: z.strictObject({
                  scheme: z.enum(['http', 'https']),
                  statusCode: z.union([z.literal(301), z.literal(302)]),
                }),
              }),
            )
            .optional(),
          timeouts: z.strictObject({ request: goDuration, backendRequest: goDuration }).optional(),
          backendRefs: z
            .array(z.strictObject({ kind: z.literal('Service'), name: text, port }))
            .optional(),
        }),
      )
      .min(1),
  }),
);

/** https://cloud.google.com/kubernetes-engine/docs/how-to/ingress-configuration */
const backendConfig = customResource(
  'cloud.google.com/v1',
  'BackendConfig',
  z.strictObject({
    timeoutSec: z.int().min(1).max(2_147_483_647),
    connectionDraining: z.strictObject({ drainingTimeoutSec: z.int().min(0).max(3600) }),
    healthCheck: z.strictObject({
      type: z.enum(['HTTP', 'HTTPS', 'HTTP2']),
      requestPath: z.string().startsWith('/'),
      port,
      checkIntervalSec: z.int().min(1).max(300),
      timeoutSec: z.int().min(1).max(300),
      healthyThreshold: z.int().min(1).max(10),
      unhealthyThreshold: z.int().min(1).max(10),
    }),
  }),
);

/** https://cloud.google.com/kubernetes-engine/docs/how-to/ingress-configuration#https_redirect */
const frontendConfig = customResource(
  'networking.gke.io/v1beta1',
  'FrontendConfig',
  z.strictObject({
    redirectToHttps: z.strictObject({
      enabled: z.boolean(),
      responseCodeName: z.enum(['MOVED_PERMANENTLY_DEFAULT', 'FOUND', 'PERMANENT_REDIRECT']),
    }),
  }),
);

export const TRAFFIC = [certificate, httpRoute, backendConfig, frontendConfig];
