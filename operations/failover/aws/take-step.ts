import type { FailoverAction, Step } from '../../../lib';
import { describeError } from '../../describe-error';
import type { ExecutorPorts } from './executor-ports';
import { mergeStrandedWrites } from './merge-stranded-writes';
import { done, type StepMode, type StepOutcome, waiting } from './step-outcome';

/** How many answers in a row count as all of them. */
const ANSWERS = 20;

/**
 * Takes a step in the region it runs in. It looks first whether the step is done, so that taking it again after a loss of
 * whoever leads does no harm; what cannot be done rejects.
 */
export async function takeStep(
  { action }: Pick<Step, 'action'>,
  mode: StepMode,
  ports: ExecutorPorts,
): Promise<StepOutcome> {
  switch (action.kind) {
    case 'fence-writer':
      return fenceWriter(action, mode, ports);
    case 'scale-compute':
      return scaleCompute(action, mode, ports);
    case 'record-lag':
      return done(`behind ${action.writer} by ${await ports.database.readLagSeconds()} s`);
    case 'await-lag':
      return awaitLag(action, mode, ports);
    case 'promote-database':
      return promoteDatabase(action, mode, ports);
    case 'redirect-writes':
      return redirectWrites(action, mode, ports);
    case 'verify-writes':
      return verifyWrites(mode, ports);
    case 'verify-requests':
      await ports.gateway.checkAnswers();
      return done('a whole answer and a whole stream');
    case 'set-region-switch':
      return setSwitch(action, mode, ports);
    case 'observe-traffic':
      return observeTraffic(action, mode, ports);
    case 'merge-stranded-writes':
      return mergeStrandedWrites(action, mode, ports);
    case 'rebuild-replica':
      return rebuildReplica(action, mode, ports);
  }
}

type Of<Kind extends FailoverAction['kind']> = Extract<FailoverAction, { readonly kind: Kind }>;

/**
 * The old writer is told by the executor beside it. Where that does not answer, the writer counts as stopped once nothing
 * was heard of it for a while; one that is still heard, and cannot be told, is not fenced.
 */
async function fenceWriter(
  { writer, silenceSeconds }: Of<'fence-writer'>,
  mode: StepMode,
  { peers, database, wait }: ExecutorPorts,
): Promise<StepOutcome> {
  const question = { kind: mode === 'real' ? 'stop-writes' : 'look-at-writes' } as const;
  const answer = await peers.ask(writer, question).then(
    (value) => ({ kind: 'answered', refuses: readRefusal(value) }) as const,
    (error: unknown) => ({ kind: 'silent', reason: describeError(error) }) as const,
  );
  if (answer.kind === 'answered') {
    if (mode === 'rehearsal') return done(`the writer of ${writer} can be told to stop`);
    if (answer.refuses) return done(`the writer of ${writer} refuses writes`);
    throw new Error(`the writer of ${writer} was told to stop and still takes writes`);
  }
  if (mode === 'rehearsal') {
    throw new Error(`the executor of ${writer} does not answer: ${answer.reason}`);
  }
  const before = await database.readReceiptMark();
  await wait(silenceSeconds * 1000);
  const after = await database.readReceiptMark();
  if (before === after) return done(`nothing was heard of ${writer} for ${silenceSeconds} s`);
  throw new Error(
    `the writer of ${writer} cannot be told to stop (${answer.reason}), and its log still arrives`,
  );
}

function readRefusal(value: unknown): boolean {
  return (value as { readonly refuses?: unknown } | null)?.refuses === true;
}

async function scaleCompute(
  { minReplicas, target }: Of<'scale-compute'>,
  mode: StepMode,
  { compute }: ExecutorPorts,
): Promise<StepOutcome> {
  const { floor, ready } = await compute.readState();
  const detail = `${ready} replicas are ready in ${target}, the floor is ${floor}`;
  if (floor === minReplicas && ready >= minReplicas) return done(detail);
  if (mode === 'real' && floor !== minReplicas) await compute.setFloor(minReplicas);
  return waiting(detail);
}

async function awaitLag(
  { maxLagSeconds, replica }: Of<'await-lag'>,
  mode: StepMode,
  { database }: ExecutorPorts,
): Promise<StepOutcome> {
  const lagSeconds = await database.readLagSeconds();
  const detail = `${replica} is ${lagSeconds} s behind`;
  if (mode === 'rehearsal') return done(detail);
  if (lagSeconds > maxLagSeconds) return waiting(detail);
  return maxLagSeconds > 0 || (await hasLastWrite(database))
    ? done(detail)
    : waiting(`${detail}, and the fence of the writer has not arrived`);
}

/** A replica knows of nothing that was not sent. The fence is what a writer writes last, and it travels with the data. */
async function hasLastWrite(database: ExecutorPorts['database']): Promise<boolean> {
  return !(await database.isReplica()) || (await database.refusesWrites());
}

/** The fence travels with the data: what was promoted must be let write again. */
async function promoteDatabase(
  action: Of<'promote-database'>,
  mode: StepMode,
  { database, replication }: ExecutorPorts,
): Promise<StepOutcome> {
  if (await database.isReplica()) {
    if (mode === 'real') await replication.promote(action.mode);
    return waiting(`the database of ${action.replica} follows ${action.from}`);
  }
  if (mode === 'real' && (await database.refusesWrites())) await database.allowWrites();
  return done(`the database of ${action.replica} takes writes`);
}

async function redirectWrites(
  { from, writer }: Of<'redirect-writes'>,
  mode: StepMode,
  { compute }: ExecutorPorts,
): Promise<StepOutcome> {
  const detail = `writes of ${from} go to ${writer}`;
  if (await compute.isRedirected(writer)) return done(detail);
  if (mode === 'real') await compute.redirectWrites(writer);
  return waiting(`${detail} once its replicas are replaced`);
}

/** A row takes the way that replicas' writes take, into whichever region it leads. */
async function verifyWrites(
  mode: StepMode,
  { database, compute }: ExecutorPorts,
): Promise<StepOutcome> {
  // Before a failover the standby takes no writes, so a rehearsal can only see that it answers.
  if (mode === 'rehearsal') {
    return done((await database.isReplica()) ? 'answers as a replica' : 'answers as a writer');
  }
  await database.writeAndRemoveRow(await compute.readWriterHost());
  return done('a row was written, read back and removed');
}

async function setSwitch(
  { target, state }: Of<'set-region-switch'>,
  mode: StepMode,
  { switches }: ExecutorPorts,
): Promise<StepOutcome> {
  const found = await switches.read(target);
  const detail = `the switch of ${target} reads ${found}`;
  if (found === state) return done(detail);
  if (mode === 'real') await switches.write(target, state);
  return waiting(detail);
}

async function observeTraffic(
  { answeredBy }: Of<'observe-traffic'>,
  mode: StepMode,
  { gateway }: ExecutorPorts,
): Promise<StepOutcome> {
  const seen = new Set<string>();
  for (let count = 0; count < ANSWERS; count += 1) seen.add(await gateway.readAnsweringRegion());
  const detail = `answers came from ${[...seen].sort().join(' and ')}`;
  const settled = [...seen].every((region) => answeredBy.includes(region));
  return settled || mode === 'rehearsal' ? done(detail) : waiting(detail);
}

async function rebuildReplica(
  { replica, from }: Of<'rebuild-replica'>,
  mode: StepMode,
  { replication, database }: ExecutorPorts,
): Promise<StepOutcome> {
  if (!(await replication.follows(from))) {
    if (mode === 'real') await replication.rebuildFrom(from);
    return waiting(`the database of ${replica} does not follow ${from} yet`);
  }
  return (await database.isReplica())
    ? done(`the database of ${replica} follows ${from}`)
    : waiting(`the database of ${replica} is being made from that of ${from}`);
}
