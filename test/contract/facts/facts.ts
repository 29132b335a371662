export { planFacts, type Fact, type Facts } from '../../../lib/testing/facts';
