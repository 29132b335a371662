/** A network that exists already. */
export interface ExistingNetwork {
  /**
   * `projects/PROJECT/global/networks/NAME`.
   */
  readonly networkId: string;

  /**
   * `projects/PROJECT/regions/REGION/subnetworks/NAME`, in the gateway's region.
   */
  readonly subnetworkId: string;
}
