import { readFile } from 'node:fs/promises';

/** One section of AWS's shared files: its settings by name. */
export type Profile = Readonly<Record<string, string>>;

export interface SharedFiles {
  /** Named by `AWS_SHARED_CREDENTIALS_FILE`, else `~/.aws/credentials`. */
  readonly credentialsFile: string;
  /** Named by `AWS_CONFIG_FILE`, else `~/.aws/config`. */
  readonly configFile: string;
}

/**
 * A profile of the shared files; what stands in the credentials file wins. Throws where neither has it.
 * https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html
 */
export async function readProfile(name: string, files: SharedFiles): Promise<Profile> {
  const config = parseSections(await readIfThere(files.configFile));
  const credentials = parseSections(await readIfThere(files.credentialsFile));
  const inConfig = config.get(name === 'default' ? name : `profile ${name}`) ?? config.get(name);
  const own = credentials.get(name);
  if (inConfig === undefined && own === undefined) {
    throw new Error(
      `there is no profile ${name} in ${files.credentialsFile} or ${files.configFile}`,
    );
  }
  return { ...inConfig, ...own };
}

function parseSections(text: string): ReadonlyMap<string, Profile> {
  const sections = new Map<string, Record<string, string>>();
  let current: Record<string, string> | null = null;
  for (const line of text.split(/\r?\n/)) {
    const heading = /^\s*\[\s*([^\]]+?)\s*\]/.exec(line)?.[1];
    if (heading !== undefined) {
      current = sections.get(heading) ?? {};
      sections.set(heading.replace(/\s+/g, ' '), current);
      continue;
    }
    const [, name, value] = /^([A-Za-z0-9_-]+)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    if (current !== null && name !== undefined && value !== undefined) {
      current[name.toLowerCase()] = value.replace(/\s[#;].*$/, '');
    }
  }
  return sections;
}

async function readIfThere(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw new Error(`${path} cannot be read`, { cause: error });
  }
}
