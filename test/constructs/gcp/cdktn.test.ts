import type * as appModule from './synthesize-app';

interface CdkTfJson {
  readonly '//': { readonly metadata: { readonly version: string } };
}

describe('SingleRegionHA under cdktn', () => {
  it('comes out as under cdktf, but for the version of the framework', () => {
    const cdktf = synthesizeWith('cdktf');
    const cdktn = synthesizeWith('cdktn');

    expect(versionOf(cdktf)).toBe(installedVersion('cdktf'));
    expect(versionOf(cdktn)).toBe(installedVersion('cdktn'));
    expect(withoutVersion(cdktn)).toEqual(withoutVersion(cdktf));
  });
});

/** Every import of `cdktf`, that of the provider's bindings included, gets the given framework. */
function synthesizeWith(framework: 'cdktf' | 'cdktn'): CdkTfJson {
  let output = '';
  jest.isolateModules(() => {
    const actual: unknown = jest.requireActual(framework);
    jest.doMock('cdktf', () => actual);
    const { synthesizeApp } = jest.requireActual<typeof appModule>('./synthesize-app');
    output = synthesizeApp();
  });
  jest.dontMock('cdktf');
  return JSON.parse(output) as CdkTfJson;
}

function versionOf(output: CdkTfJson): string {
  return output['//'].metadata.version;
}

function withoutVersion(output: CdkTfJson): CdkTfJson {
  const { metadata } = output['//'];
  return { ...output, '//': { metadata: { ...metadata, version: 'any' } } };
}

function installedVersion(framework: string): string {
  return jest.requireActual<{ readonly version: string }>(`${framework}/package.json`).version;
}
