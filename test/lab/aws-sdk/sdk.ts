/** As much of AWS's SDK as is used here: it is no dependency, so its types are not at hand. */
export interface BedrockSdk {
  readonly BedrockRuntimeClient: new (options: object) => {
    send(command: object): Promise<{ readonly stream?: AsyncIterable<Readonly<object>> }>;
    destroy(): void;
  };
  readonly ConverseCommand: new (input: object) => object;
  readonly ConverseStreamCommand: new (input: object) => object;
}

export interface SignerSdk {
  readonly SignatureV4: new (options: object) => {
    sign(
      request: object,
      options: { readonly signingDate: Date },
    ): Promise<{ readonly headers: Readonly<Record<string, string>> }>;
  };
}

export interface FrameSdk {
  readonly EventStreamCodec: new (
    toText: (bytes: Uint8Array) => string,
    toBytes: (text: string) => Uint8Array,
  ) => {
    decode(frame: Uint8Array): {
      readonly headers: Readonly<Record<string, { readonly value: unknown }>>;
      readonly body: Uint8Array;
    };
    encode(message: { readonly headers: object; readonly body: Uint8Array }): Uint8Array;
  };
}
