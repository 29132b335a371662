/** The public name of the gateway and where it leads. */
export interface DnsPlan {
  readonly domainName: string;
}

export interface DnsOutputs {
  /** `https://api.example.com`. */
  readonly url: string;
}
