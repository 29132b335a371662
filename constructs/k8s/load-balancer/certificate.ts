import { ApiObject } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { objectLabels } from '../foundation/labels';
import { listClients } from '../network/network';
import type { ProxySpec } from './proxy-spec';

/** Who signs the certificate of the domain: an issuer of cert-manager. */
export interface CertificateIssuer {
  /**
   * `Issuer` of the certificate's namespace, or `ClusterIssuer`.
   *
   * @default 'ClusterIssuer'
   */
  readonly kind?: 'Issuer' | 'ClusterIssuer';

  readonly name: string;
}

export interface CertificateBlockProps {
  /** Name of the deployment. */
  readonly instance: string;
  /** Where the load balancer reads the Secret: an Ingress in its own namespace, a Gateway in that of the Gateway. */
  readonly namespace: string;
  /** Names that the certificate is for: the public one first. */
  readonly domainNames: readonly string[];
  readonly secretName: string;
  readonly issuer: CertificateIssuer;
  /** The proxies that bring the issuer's questions to cert-manager's solver. */
  readonly proxy: Pick<ProxySpec, 'proxyNamespace' | 'proxyCidrs'>;
}

/** Port of cert-manager's HTTP-01 solver. */
const SOLVER_PORT = 8089;

/**
 * The certificate of the domain, made and renewed by cert-manager.
 *
 * Costs: nothing; cert-manager is the cluster's.
 * Survives: the loss of the issuer for a third of the certificate's life, because it is renewed that early.
 * Does not survive: the loss of cert-manager for longer than that.
 */
export class Certificate extends Construct {
  /** The main resource: the Certificate. */
  readonly resource: ApiObject;

  constructor(scope: Construct, id: string, props: CertificateBlockProps) {
    super(scope, id);
    const labels = { ...objectLabels(props.instance, 'certificate') };
    this.resource = new ApiObject(this, 'Resource', {
      apiVersion: 'cert-manager.io/v1',
      kind: 'Certificate',
      metadata: { name: props.secretName, namespace: props.namespace, labels },
      spec: {
        secretName: props.secretName,
        dnsNames: [...props.domainNames],
        privateKey: { algorithm: 'ECDSA', size: 256, rotationPolicy: 'Always' },
        issuerRef: {
          group: 'cert-manager.io',
          kind: props.issuer.kind ?? 'ClusterIssuer',
          name: props.issuer.name,
        },
      },
    });
    // The namespace is closed by default, and an unanswered challenge is a certificate that never comes.
    new k8s.KubeNetworkPolicy(this, 'AllowSolver', {
      metadata: { name: `${props.instance}-allow-solver`, namespace: props.namespace, labels },
      spec: {
        podSelector: { matchLabels: { 'acme.cert-manager.io/http01-solver': 'true' } },
        policyTypes: ['Ingress'],
        ingress: [
          {
            from: [...listClients(props.proxy.proxyNamespace, props.proxy.proxyCidrs)],
            ports: [{ port: k8s.IntOrString.fromNumber(SOLVER_PORT), protocol: 'TCP' }],
          },
        ],
      },
    });
  }
}
