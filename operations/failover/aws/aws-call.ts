import { createRequire } from 'node:module';

/** One call of a service of AWS, by the names its SDK has for it. */
export interface AwsRequest {
  readonly service: keyof typeof CLIENTS;
  readonly command: string;
  readonly input: Readonly<Record<string, unknown>>;
  /** Where it is sent: always a region that is there. */
  readonly region: string;
}

export type AwsCall = (request: AwsRequest) => Promise<Readonly<Record<string, unknown>>>;

const CLIENTS = {
  'application-auto-scaling': 'ApplicationAutoScalingClient',
  ecs: 'ECSClient',
  eks: 'EKSClient',
  'global-accelerator': 'GlobalAcceleratorClient',
  lambda: 'LambdaClient',
  rds: 'RDSClient',
  s3: 'S3Client',
  'secrets-manager': 'SecretsManagerClient',
  sns: 'SNSClient',
  ssm: 'SSMClient',
} as const;

interface SdkClient {
  send(command: unknown): Promise<Readonly<Record<string, unknown>>>;
}

type SdkModule = Readonly<Record<string, new (input: unknown) => unknown>>;

/** The SDK that Lambda brings along; it is in no bundle of ours, so it is loaded by its name when it is first needed. */
export function createAwsCall(
  load: (name: string) => unknown = createRequire(__filename),
): AwsCall {
  return async ({ service, command, input, region }) => {
    const module = load(`@aws-sdk/client-${service}`) as SdkModule;
    const Client = requireExport(module, CLIENTS[service]);
    const Command = requireExport(module, `${command}Command`);
    return (new Client({ region }) as SdkClient).send(new Command(input));
  };
}

function requireExport(module: SdkModule, name: string): new (input: unknown) => unknown {
  const found = module[name];
  if (found === undefined) throw new Error(`the SDK of AWS has no ${name}`);
  return found;
}
