import type { HttpRouteChoice } from './choice';
import type { IngressController } from './ingress-controller';

/** An Ingress, complete. */
export interface IngressSpec {
  readonly kind: 'ingress';
  readonly className: string;
  /** Null: its annotations are the user's alone. */
  readonly controller: IngressController | null;
  readonly annotations: Readonly<Record<string, string>>;
}

/** What stands in front of the gateway, and who may therefore reach it. */
export interface ProxySpec {
  readonly loadBalancer: IngressSpec | HttpRouteChoice;
  /** Namespace of the proxies. Null: they are no pods. */
  readonly proxyNamespace: string | null;
  /** Ranges of addresses they come from, beside that namespace. */
  readonly proxyCidrs: readonly string[];
}
