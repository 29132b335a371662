import { type NetworkOutputs, SpecError } from '../../../lib';
import { LOOPBACK, MAX_LOCAL_REPLICAS } from '../defaults';
import type { LocalProcess } from '../foundation/local-plan';

/** Distance of each part's port from the load balancer's: 4000 → 4101…, 4900, 5500…, 5510. */
const OFFSETS = { gateway: 100, simulatedProvider: 900, writer: 1500, member: 1500, reader: 1510 };
const HIGHEST_PORT = 65535;

/**
 * Loopback and the ports on it. It costs nothing and survives whatever the machine survives; it has no zones, and
 * nothing on it is reachable from another machine.
 */
export class Network implements NetworkOutputs {
  readonly networkId = 'loopback';
  readonly host = LOOPBACK;

  constructor(private readonly basePort: number) {
    const highest = HIGHEST_PORT - OFFSETS.reader;
    const isFixed = Number.isInteger(basePort) && basePort >= 1024 && basePort <= highest;
    if (basePort === 0 || isFixed) return;
    throw new SpecError('local', [
      {
        rule: 'local.port',
        path: 'port',
        allowed: `be a whole number from 1024 to ${highest}, or 0 for any free port`,
        got: String(basePort),
        fix: 'leave it out for 4000',
      },
    ]);
  }

  loadBalancer(): LocalProcess {
    return this.process('load-balancer', 0);
  }

  gateways(count: number): readonly LocalProcess[] {
    if (count > MAX_LOCAL_REPLICAS) {
      throw new SpecError('local', [
        {
          rule: 'local.replicas',
          path: 'autoscaling.minReplicas',
          allowed: `be at most ${MAX_LOCAL_REPLICAS} on one machine`,
          got: String(count),
          fix: 'lower it',
        },
      ]);
    }
    return this.numbered('gateway', count, OFFSETS.gateway);
  }

  databaseMembers(count: number): readonly LocalProcess[] {
    return this.numbered('postgres', count, OFFSETS.member);
  }

  databaseWriter(): LocalProcess {
    return this.process('postgres-writer', OFFSETS.writer);
  }

  databaseReader(): LocalProcess {
    return this.process('postgres-reader', OFFSETS.reader);
  }

  simulatedProvider(): LocalProcess {
    return this.process('simulated-provider', OFFSETS.simulatedProvider);
  }

  private numbered(noun: string, count: number, offset: number): readonly LocalProcess[] {
    return Array.from({ length: count }, (_, index) =>
      this.process(`${noun}-${index + 1}`, offset + index + 1),
    );
  }

  private process(name: string, offset: number): LocalProcess {
    return { name, host: this.host, port: this.basePort === 0 ? 0 : this.basePort + offset };
  }
}
