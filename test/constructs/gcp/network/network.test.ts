import { resourceOf, resourcesOf, synthesize } from '../synthesize';

describe('Network', () => {
  it('creates a network with one subnetwork for the replicas', () => {
    const output = synthesize();

    expect(resourceOf(output, 'google_compute_network')).toMatchObject({
      name: 'litellm-network',
      auto_create_subnetworks: false,
    });
    expect(resourceOf(output, 'google_compute_subnetwork')).toMatchObject({
      region: 'us-central1',
      ip_cidr_range: '10.40.0.0/17',
      private_ip_google_access: true,
      log_config: { metadata: 'INCLUDE_ALL_METADATA' },
    });
  });

  it('reserves the other half of the range for managed services', () => {
    const output = synthesize({ cidr: '10.80.0.0/16' });

    expect(resourceOf(output, 'google_compute_global_address', '-services')).toMatchObject({
      purpose: 'VPC_PEERING',
      address_type: 'INTERNAL',
      address: '10.80.128.0',
      prefix_length: 17,
    });
    expect(resourceOf(output, 'google_service_networking_connection')).toMatchObject({
      service: 'servicenetworking.googleapis.com',
      deletion_policy: 'ABANDON',
    });
  });

  it('lets replicas reach providers through Cloud NAT, with ports that grow', () => {
    expect(resourceOf(synthesize(), 'google_compute_router_nat')).toMatchObject({
      source_subnetwork_ip_ranges_to_nat: 'ALL_SUBNETWORKS_ALL_IP_RANGES',
      enable_dynamic_port_allocation: true,
      enable_endpoint_independent_mapping: false,
    });
  });

  it('opens the port of the replicas to the proxies of Google and to nobody else', () => {
    const firewalls = resourcesOf(synthesize(), 'google_compute_firewall');

    expect(firewalls).toHaveLength(1);
    expect(firewalls[0]).toMatchObject({
      direction: 'INGRESS',
      source_ranges: ['130.211.0.0/22', '35.191.0.0/16'],
      target_tags: ['litellm-gateway'],
      allow: [{ protocol: 'tcp', ports: ['4000'] }],
    });
  });

  it('creates only the firewall rule in a network that is brought', () => {
    const network = {
      networkId: 'projects/my-project/global/networks/shared',
      subnetworkId: 'projects/my-project/regions/us-central1/subnetworks/gateway',
    };

    const output = synthesize({ network });

    for (const type of ['network', 'subnetwork', 'router', 'router_nat']) {
      expect(resourcesOf(output, `google_compute_${type}`)).toEqual([]);
    }
    expect(resourcesOf(output, 'google_service_networking_connection')).toEqual([]);
    expect(resourceOf(output, 'google_compute_firewall').network).toBe(network.networkId);
    expect(resourceOf(output, 'google_compute_instance_template').network_interface).toEqual([
      { subnetwork: network.subnetworkId },
    ]);
    const redis = resourceOf(output, 'google_redis_instance');
    expect(redis.authorized_network).toBe(network.networkId);
    expect(redis).not.toHaveProperty('reserved_ip_range');
    expect(redis.depends_on).toEqual([]);
  });
});
