import { Aws } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';

/** Alarms, and what RDS has to tell. */
const SENDERS = ['cloudwatch.amazonaws.com', 'events.rds.amazonaws.com'];

/**
 * Where alarms are sent: an encrypted topic. CloudWatch cannot use the key that AWS keeps for SNS, so it has a key of its
 * own, and both admit the alarms and events of this account only.
 */
export class AlarmTopic extends Construct {
  readonly resource: sns.Topic;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const ofThisAccount = { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } };
    const key = new kms.Key(this, 'Key', {
      description: 'Encrypts the alarms of the gateway',
      enableKeyRotation: true,
    });
    key.addToResourcePolicy(
      new iam.PolicyStatement({
        principals: SENDERS.map((service) => new iam.ServicePrincipal(service)),
        actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
        resources: ['*'],
        conditions: ofThisAccount,
      }),
    );
    this.resource = new sns.Topic(this, 'Resource', { masterKey: key, enforceSSL: true });
    // A topic with a policy of its own has lost the one that lets its account publish.
    this.resource.addToResourcePolicy(
      new iam.PolicyStatement({
        principals: SENDERS.map((service) => new iam.ServicePrincipal(service)),
        actions: ['sns:Publish'],
        resources: [this.resource.topicArn],
        conditions: ofThisAccount,
      }),
    );
  }
}
