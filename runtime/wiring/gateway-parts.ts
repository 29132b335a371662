import type { GatewayConfig } from '../../lib/config/gateway-config';
import type { LoopLag } from '../admission/loop-lag';
import type { ConnectionBounds } from '../http/connection-cap';
import type { TlsIdentity } from '../http/tls-identity';
import type { Ports } from '../ports';
import type { GatewaySettings } from '../settings';
import type { GatewayState } from './gateway-state';

/** What a gateway is made of; everything from outside comes in here. */
export interface GatewayParts {
  readonly config: GatewayConfig;
  readonly settings: GatewaySettings;
  readonly ports: Ports;
  /** Whatever outlives a request. */
  readonly state: GatewayState;
  /** What load shedding goes by. */
  readonly loopLag: LoopLag;
  readonly connectionBounds: ConnectionBounds;
  /** Null: plain HTTP. */
  readonly tls: TlsIdentity | null;
}
