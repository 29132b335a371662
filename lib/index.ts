export * from './blocks';
export { GatewayConfig } from './config';
export { SpecError, describeProblem, describeWarning, type Problem, type Warning } from './errors';
export * from './gateway-contract';
export * from './spec';
export * from './topology';
