import { GATEWAY_ENVIRONMENT } from '../../../../lib';

/** How often the task is looked at, and how much of the function's time is kept for the answer. Unit: milliseconds. */
const TIMERS = { pollMs: 5000, reserveMs: 30_000 } as const;

/**
 * A function that CloudFormation calls before it rolls replicas out: it runs one task that migrates the schema, waits for
 * its end, and says whether it went well. A failed migration stops the deployment while the old replicas serve on.
 */
export function renderMigrationHandler(): string {
  return `'use strict';
const { DescribeTasksCommand, ECSClient, RunTaskCommand, StopTaskCommand } = require('@aws-sdk/client-ecs');
const { request } = require('node:https');

const ecs = new ECSClient({});

exports.handler = async (event, context) => {
  try {
    if (event.RequestType !== 'Delete') await migrate(event.ResourceProperties, context);
    await answer(event, 'SUCCESS', 'done');
  } catch (error) {
    await answer(event, 'FAILED', String(error.message ?? error));
  }
};

async function migrate(properties, context) {
  const { Cluster: cluster, TaskDefinition, Container, Subnets, SecurityGroup } = properties;
  const { tasks, failures } = await ecs.send(new RunTaskCommand({
    cluster,
    taskDefinition: TaskDefinition,
    launchType: 'FARGATE',
    count: 1,
    networkConfiguration: {
      awsvpcConfiguration: { subnets: Subnets, securityGroups: [SecurityGroup], assignPublicIp: 'DISABLED' },
    },
    overrides: {
      containerOverrides: [{
        name: Container,
        environment: [
          { name: '${GATEWAY_ENVIRONMENT.command}', value: 'migrate' },
          { name: '${GATEWAY_ENVIRONMENT.disableSchemaUpdate}', value: 'false' },
        ],
      }],
    },
  }));
  const task = tasks?.[0]?.taskArn;
  if (!task) throw new Error('the migration did not start: ' + (failures?.[0]?.reason ?? 'unknown'));
  for (;;) {
    const found = (await ecs.send(new DescribeTasksCommand({ cluster, tasks: [task] }))).tasks?.[0];
    if (found?.lastStatus === 'STOPPED') return check(found, Container);
    if (context.getRemainingTimeInMillis() < ${TIMERS.reserveMs}) {
      await ecs.send(new StopTaskCommand({ cluster, task, reason: 'the migration took too long' }));
      throw new Error('the migration took too long; its log is that of task ' + task);
    }
    await new Promise((resolve) => setTimeout(resolve, ${TIMERS.pollMs}));
  }
}

function check(task, name) {
  const container = task.containers?.find((each) => each.name === name);
  if (container?.exitCode === 0) return;
  const why = container?.reason ?? task.stoppedReason ?? 'unknown';
  throw new Error('the migration failed with ' + (container?.exitCode ?? 'no exit code') + ': ' + why);
}

function answer(event, status, reason) {
  const body = JSON.stringify({
    Status: status,
    Reason: reason.slice(0, 1000),
    PhysicalResourceId: event.PhysicalResourceId ?? event.LogicalResourceId,
    StackId: event.StackId,
    RequestId: event.RequestId,
    LogicalResourceId: event.LogicalResourceId,
  });
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': '', 'content-length': Buffer.byteLength(body) };
    const sent = request(event.ResponseURL, { method: 'PUT', headers }, (response) => {
      response.resume();
      response.on('end', resolve);
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
`;
}
