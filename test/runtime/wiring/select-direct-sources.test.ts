import { selectDirectSources } from '../../../runtime/wiring/select-direct-sources';

describe('selectDirectSources', () => {
  it('is the way past a pooler, which goes before what the configuration names', () => {
    const environment = { DATABASE_URL: 'pooler', DIRECT_URL: 'server' };
    expect(selectDirectSources({ environment, configuredUrl: 'pooler, too' })).toEqual({
      environment,
      configuredUrl: 'server',
    });
  });

  it('is none where nobody names it, or names nothing', () => {
    for (const environment of [{}, { DIRECT_URL: '' }]) {
      expect(selectDirectSources({ environment, configuredUrl: 'server' })).toBeNull();
    }
  });
});
