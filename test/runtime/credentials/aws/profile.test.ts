import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readProfile } from '../../../../runtime/credentials/aws/profile';

describe('readProfile', () => {
  const folder = mkdtempSync(join(tmpdir(), 'profile-'));
  const files = {
    credentialsFile: join(folder, 'credentials'),
    configFile: join(folder, 'config'),
  };

  afterAll(() => rmSync(folder, { recursive: true }));

  it('joins both files, with their comments, spaces and line ends; credentials win', async () => {
    writeFileSync(
      files.configFile,
      [
        '# [profile a]',
        '[ profile   a ]',
        'Region=eu-west-1 ; where',
        'aws_access_key_id = OLD',
        's3 =',
        '  max_concurrent_requests = 5',
        '[default]',
        'region = us-east-1',
      ].join('\r\n'),
    );
    writeFileSync(files.credentialsFile, '[a]\naws_access_key_id=NEW # mine\nsecret=a=b#c\n');
    expect(await readProfile('a', files)).toEqual({
      region: 'eu-west-1',
      aws_access_key_id: 'NEW',
      s3: '',
      secret: 'a=b#c',
    });
    expect(await readProfile('default', files)).toEqual({ region: 'us-east-1' });
  });

  it('rejects a profile that neither file has, and a file that cannot be read', async () => {
    await expect(readProfile('b', files)).rejects.toThrow(
      `there is no profile b in ${files.credentialsFile} or ${files.configFile}`,
    );
    await expect(readProfile('a', { ...files, configFile: folder })).rejects.toThrow(
      `${folder} cannot be read`,
    );
  });
});
