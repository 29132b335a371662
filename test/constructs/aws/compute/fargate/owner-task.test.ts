import { Compute, Database } from '../../../../../constructs/aws';
import { build, gatewayFolder, onFargate, shortStreams } from '../../support';

describe('FargateOwnerTask', () => {
  it('is a small task that writes nothing, and is run before replicas that are not the owner', () => {
    const { gateway, template } = build((props) => ({
      ...props,
      ...shortStreams(),
      compute: Compute.fargate({ gatewayFolder: gatewayFolder() }),
      database: Database.aurora({ login: 'iam' }),
    }));
    template.hasResourceProperties('AWS::ECS::TaskDefinition', {
      Cpu: '256',
      Memory: '512',
      ContainerDefinitions: [
        {
          Name: 'Gateway',
          User: '1000:1000',
          ReadonlyRootFilesystem: true,
          LogConfiguration: { LogDriver: 'awslogs' },
        },
      ],
    });
    expect(() => onFargate(gateway).task.writerUrl).toThrow(
      'the address without a password is no secret',
    );
  });
});
