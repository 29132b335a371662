import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server as TlsServer } from 'node:tls';
import type { BackgroundChecks } from '../health/background-checks';
import type { TlsIdentity } from '../http/tls-identity';
import type { Core } from './create-core';
import type { Servers } from './create-servers';
import type { GatewayParts } from './gateway-parts';

const FAREWELL_MS = 2_000;
const HURRIED_FAREWELL_MS = 500;
/** For what is stored last; see `LAST_DELIVERY_MS`. */
const LAST_WORK_MS = 10_000;

export interface GatewayLifeParts {
  readonly parts: GatewayParts;
  readonly core: Core;
  readonly servers: Servers;
  readonly background: BackgroundChecks;
}

/** How a gateway begins to serve, and how it ends. */
export class GatewayLife {
  private haste: 'deliver' | 'leave' = 'deliver';
  private closing: Promise<void> | null = null;

  constructor(private readonly given: GatewayLifeParts) {}

  /** Longest time that `stop` takes. Unit: milliseconds. */
  get stopBoundMs(): number {
    const { propagationSeconds, drainSeconds } = this.given.parts.settings;
    return (propagationSeconds + drainSeconds) * 1000 + 2 * FAREWELL_MS + LAST_WORK_MS;
  }

  /** Resolves to the port, once connections are taken. */
  async listen(host: string, port: number): Promise<number> {
    const { parts, core, servers, background } = this.given;
    const bound = await listen(servers.calls, host, port);
    parts.state.start(core.fleet);
    core.regionSwitch.start();
    core.admission.start();
    background.start();
    return bound;
  }

  listenForOperations(host: string, port: number): Promise<number> {
    return listen(this.given.servers.operations, host, port);
  }

  /** For connections to come; those that are open keep what they began with. */
  renewTls(identity: TlsIdentity): void {
    for (const each of Object.values(this.given.servers)) {
      if (each instanceof TlsServer) each.setSecureContext(identity);
    }
  }

  /** Drains, then closes. Resolves when nothing is left. */
  async stop(): Promise<void> {
    this.given.background.stop();
    await this.drain();
    await this.close();
  }

  /** Hurries, also while it drains: what is in flight is told so, and what is not stored waits for the next start. */
  async kill(): Promise<void> {
    const { core, servers, background } = this.given;
    this.haste = 'leave';
    background.stop();
    core.lifecycle.startStop();
    servers.calls.close();
    // Told as ours: cut by a closed connection, a call would be booked as its provider's failure.
    core.lifecycle.terminateAll();
    await core.lifecycle.waitUntilIdle(HURRIED_FAREWELL_MS);
    await this.close();
  }

  /**
   * Leaves without dropping a request: first the probes say no while everything is still served, then the port closes,
   * then what runs may finish; what is still running at the bound is told so in its own protocol.
   */
  private async drain(): Promise<void> {
    const { parts, core, servers } = this.given;
    const { lifecycle } = core;
    const { settings, ports } = parts;
    lifecycle.startStop();
    // A preStop hook may have begun this wait already.
    const propagationMs = settings.propagationSeconds * 1000 - lifecycle.drainedForMs();
    if (propagationMs > 0) {
      await new Promise<void>((resolve) => void ports.clock.after(propagationMs, resolve));
    }
    const closed = new Promise<void>((resolve) => servers.calls.close(() => resolve()));
    if ((await lifecycle.waitUntilIdle(settings.drainSeconds * 1000)) === 'busy') {
      lifecycle.terminateAll();
      await lifecycle.waitUntilIdle(FAREWELL_MS);
    }
    // Last bytes may still be on their way to slow clients.
    const cancel = ports.clock.after(FAREWELL_MS, () => servers.calls.closeAllConnections());
    servers.calls.closeIdleConnections();
    await closed;
    cancel();
  }

  /** Whoever hurries may overtake a drain that is about to end. */
  private close(): Promise<void> {
    this.closing ??= this.closeAll(this.haste);
    return this.closing;
  }

  private async closeAll(delivery: 'deliver' | 'leave'): Promise<void> {
    const { parts, core, servers } = this.given;
    core.regionSwitch.stop();
    core.admission.stop();
    servers.calls.closeAllConnections();
    servers.operations.close();
    servers.operations.closeAllConnections();
    await parts.ports.upstream.stop();
    await parts.state.stop(delivery);
    core.log.flush();
  }
}

function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}
