import { z } from 'zod';
import { count, customResource, text } from './fields';

/** Properties that ExternalDNS hands to Route 53 (0.18, provider/aws). */
const property = z.strictObject({
  name: z.enum([
    'aws/failover',
    'aws/region',
    'aws/geolocation-continent-code',
    'aws/geolocation-country-code',
    'aws/health-check-id',
  ]),
  value: text,
});

/** ExternalDNS 0.18, https://kubernetes-sigs.github.io/external-dns/latest/docs/sources/crd/ */
export const EXTERNAL_DNS = [
  customResource(
    'externaldns.k8s.io/v1alpha1',
    'DNSEndpoint',
    z.strictObject({
      endpoints: z
        .array(
          z.strictObject({
            dnsName: text,
            recordType: z.enum(['A', 'AAAA', 'CNAME', 'TXT']),
            recordTTL: count,
            setIdentifier: text.max(128),
            targets: z.array(text).min(1),
            providerSpecific: z.array(property),
          }),
        )
        .min(1),
    }),
  ),
];
