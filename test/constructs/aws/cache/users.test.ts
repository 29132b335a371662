import type { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { CacheUsers, renderAccessString } from '../../../../constructs/aws/cache/users';
import { testStack } from '../support';

interface UserProperties {
  readonly UserName: string;
  readonly UserId: unknown;
}

function addUsers(scope: Stack, id: string): CacheUsers {
  const password = Secret.fromSecretCompleteArn(
    scope,
    `${id}Password`,
    'arn:aws:secretsmanager:us-east-1:111111111111:secret:redis-AbCdEf',
  );
  return new CacheUsers(scope, id, { imageKind: 'packaged', password });
}

function users(template: Template): readonly UserProperties[] {
  return Object.values(template.findResources('AWS::ElastiCache::User')).map(
    (user) => user['Properties'] as UserProperties,
  );
}

describe('CacheUsers', () => {
  it('lets the gateway in with a password that no template shows, and switches the user without a name off', () => {
    const stack = testStack();
    const { resource, gateway } = addUsers(stack, 'Users');
    const template = Template.fromStack(stack);
    template.hasResourceProperties('AWS::ElastiCache::User', {
      UserName: 'gateway',
      Engine: 'redis',
      AccessString: renderAccessString('packaged'),
      Passwords: [
        '{{resolve:secretsmanager:arn:aws:secretsmanager:us-east-1:111111111111:secret:redis-AbCdEf:SecretString:::}}',
      ],
    });
    template.hasResourceProperties('AWS::ElastiCache::User', {
      UserName: 'default',
      AccessString: 'off -@all',
      NoPasswordRequired: true,
    });
    template.hasResourceProperties('AWS::ElastiCache::UserGroup', {
      UserIds: [
        {
          Ref: stack.getLogicalId(stack.node.findChild('Users').node.findChild('Nobody') as never),
        },
        stack.resolve(gateway.ref),
      ],
    });
    expect(users(template)).toHaveLength(2);
    expect(stack.resolve(resource.ref)).toEqual({ Ref: stack.getLogicalId(resource) });
  });

  it('has names of its own in each place of a stack and in each stack', () => {
    const stack = testStack();
    addUsers(stack, 'One');
    addUsers(stack, 'Other');
    const ids = users(Template.fromStack(stack)).map(({ UserId }) => JSON.stringify(UserId));
    expect(new Set(ids).size).toBe(4);
    for (const id of ids) expect(id).toContain('AWS::StackId');
  });

  it('has names that ElastiCache takes', () => {
    const stack = testStack();
    const { gateway, resource } = addUsers(stack, 'Users');
    const render = (id: string): string => {
      const [, parts] = stack.resolve(id)['Fn::Join'] as readonly [string, readonly unknown[]];
      // The first of the five parts of a stack's UUID.
      return parts.map((part) => (typeof part === 'string' ? part : '01234567')).join('');
    };
    for (const id of [gateway.userId, resource.userGroupId]) {
      const name = render(id);
      expect(name).toMatch(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/);
      expect(name.length).toBeLessThanOrEqual(40);
    }
  });
});

describe('renderAccessString', () => {
  it('gives the gateway of this package single commands on its own keys', () => {
    const words = renderAccessString('packaged').split(' ');
    expect(words.slice(0, 4)).toEqual(['on', '~litellm-ha:*', '~{litellm-ha:*', '-@all']);
    expect(words.slice(4).filter((word) => !/^\+[a-z]+(\|[a-z]+)?$/.test(word))).toEqual([]);
  });

  it('gives an image that was brought all keys, and everything but what is dangerous', () => {
    expect(renderAccessString('registry')).toBe('on ~* &* +@all -@dangerous +info');
  });
});
