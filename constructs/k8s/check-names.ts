import type { Problem } from '../../lib';
import { listClientCidrs } from './compute/workload';
import { NAME_RULES, type NameKind } from './foundation/names';
import { PARTS } from './foundation/pod-choices';
import type { SecretKeyReference } from './foundation/secret-key-reference';
import type { K8sGatewayProps } from './props';

type Props = Omit<K8sGatewayProps, 'cidr'>;

/** A name that the user wrote, and what it has to look like. Undefined: it was left out. */
type Written = readonly [path: string, kind: NameKind, name: string | undefined];

/** Names that the API server or the object storage would refuse, hours later or in the middle of an apply. */
export function checkNames(props: Props): readonly Problem[] {
  return [
    ...listPlaces(props),
    ...listSecrets(props),
    ...listDatabase(props),
    ...listCache(props),
    ...listBackup(props),
    ...listPods(props),
  ].flatMap(([path, kind, name]): readonly Problem[] => {
    const { allowed, example, accepts } = NAME_RULES[kind];
    if (name === undefined || accepts(name)) return [];
    return [
      {
        rule: 'k8s.name',
        path,
        allowed,
        got: JSON.stringify(name),
        fix: `write it like ${example}`,
      },
    ];
  });
}

function listPlaces(props: Props): readonly Written[] {
  const { namespace, domain, loadBalancer, service, dataVolume, monitoring } = props;
  const route = loadBalancer?.kind === 'http-route' ? loadBalancer : null;
  return [
    typeof namespace === 'object'
      ? ['namespace.name', 'namespace', namespace.name]
      : ['namespace', 'namespace', namespace],
    ['domain.name', 'host', domain.name],
    ['domain.tlsSecretName', 'object', domain.tlsSecretName],
    ['domain.issuer.name', 'object', domain.issuer?.name],
    ['ingressClassName', 'object', props.ingressClassName],
    ['ingressNamespace', 'namespace', props.ingressNamespace],
    [
      'loadBalancer.className',
      'object',
      loadBalancer?.kind === 'ingress' ? loadBalancer.className : undefined,
    ],
    ...listRanges('loadBalancer.proxyCidrs', loadBalancer?.proxyCidrs),
    ['loadBalancer.gatewayName', 'object', route?.gatewayName],
    ['loadBalancer.gatewayNamespace', 'namespace', route?.gatewayNamespace],
    ['loadBalancer.proxyNamespace', 'namespace', route?.proxyNamespace],
    ['loadBalancer.sectionName', 'object', route?.sectionName],
    ['loadBalancer.httpSectionName', 'object', route?.httpSectionName],
    ['monitoring.prometheusNamespace', 'namespace', monitoring?.prometheusNamespace],
    [
      'dataVolume.storageClassName',
      'object',
      dataVolume?.kind === 'claim' ? dataVolume.storageClassName : undefined,
    ],
    ['priorityClassName', 'object', props.priorityClassName],
    ...listRanges('service.clientCidrs', listClientCidrs(service ?? null)),
  ];
}

function listRanges(path: string, cidrs: readonly string[] | undefined): readonly Written[] {
  return (cidrs ?? []).map((cidr, index): Written => [`${path}[${index}]`, 'cidr', cidr]);
}

function listSecrets({ secrets, secretSource }: Props): readonly Written[] {
  return [
    ...Object.entries(secrets ?? {}).flatMap(([name, given]): readonly Written[] =>
      // A value of a secret manager becomes a key of that name.
      'kind' in given
        ? [[`secrets.${name}`, 'secretKey', name]]
        : listReference(`secrets.${name}`, given),
    ),
    ...listSource(secretSource),
  ];
}

function listSource(source: Props['secretSource']): readonly Written[] {
  switch (source?.kind) {
    case undefined:
    case 'generated':
      return [];
    case 'existing':
      return [['secretSource.secretName', 'object', source.secretName]];
    case 'external':
      return [
        ['secretSource.secretStore.name', 'object', source.secretStore.name],
        ['secretSource.refreshInterval', 'duration', source.refreshInterval],
      ];
  }
}

function listReference(
  path: string,
  reference: SecretKeyReference | undefined,
): readonly Written[] {
  return [
    [`${path}.secretName`, 'object', reference?.secretName],
    [`${path}.key`, 'secretKey', reference?.key],
  ];
}

function listDatabase({ database }: Props): readonly Written[] {
  switch (database?.kind) {
    case undefined:
    case 'patroni':
      return [];
    case 'existing':
      return listReference('database.password', database.password);
    case 'cloud-native-pg':
      return [
        ['database.storageClassName', 'object', database.storageClassName],
        ['database.operatorNamespace', 'namespace', database.operatorNamespace],
        ...listStore('database.archive', database.archive),
      ];
  }
}

function listCache({ cache }: Props): readonly Written[] {
  if (cache?.kind !== 'existing') return [];
  const { reachedBy, password } = cache;
  return [
    ...listReference('cache.password', password),
    ...(reachedBy.kind === 'sentinels'
      ? listReference('cache.reachedBy.sentinelPassword', reachedBy.sentinelPassword)
      : []),
  ];
}

function listBackup({ backup }: Props): readonly Written[] {
  if (backup === undefined) return [];
  return [
    ...listReference('backup.configuration.passphrase', backup.configuration?.passphrase),
    ...(backup.kind === 'volume'
      ? [['backup.storageClassName', 'object', backup.storageClassName] as const]
      : listStore('backup', backup)),
  ];
}

/** Object storage, wherever something is kept in it. */
function listStore(
  path: string,
  store:
    | {
        readonly bucket: string;
        readonly endpoint?: string;
        readonly credentials: {
          readonly secretName: string;
          readonly accessKeyIdKey?: string;
          readonly secretAccessKeyKey?: string;
        };
      }
    | undefined,
): readonly Written[] {
  if (store === undefined) return [];
  const { bucket, endpoint, credentials } = store;
  return [
    [`${path}.bucket`, endpoint === undefined ? 'bucket' : 'foreignBucket', bucket],
    [`${path}.endpoint`, 'httpUrl', endpoint],
    [`${path}.credentials.secretName`, 'object', credentials.secretName],
    [`${path}.credentials.accessKeyIdKey`, 'secretKey', credentials.accessKeyIdKey],
    [`${path}.credentials.secretAccessKeyKey`, 'secretKey', credentials.secretAccessKeyKey],
  ];
}

function listPods({ pods }: Props): readonly Written[] {
  return (['all', ...PARTS] as const).flatMap((part): readonly Written[] => {
    const { priorityClassName, runtimeClassName, labels, annotations, nodeSelector, ...rest } =
      pods?.[part] ?? {};
    const path = `pods.${part}`;
    const keysAndValues = { labels: labels ?? {}, nodeSelector: nodeSelector ?? {} };
    return [
      [`${path}.priorityClassName`, 'object', priorityClassName],
      [`${path}.runtimeClassName`, 'object', runtimeClassName],
      ...Object.entries(keysAndValues).flatMap(([field, record]) =>
        Object.entries(record).flatMap(([key, value]): readonly Written[] => [
          [`${path}.${field}`, 'labelKey', key],
          [`${path}.${field}[${JSON.stringify(key)}]`, 'labelValue', value],
        ]),
      ),
      ...Object.keys(annotations ?? {}).map((key): Written => [
        `${path}.annotations`,
        'labelKey',
        key,
      ]),
      ...(rest.imagePullSecrets ?? []).map((name, index): Written => [
        `${path}.imagePullSecrets[${index}]`,
        'object',
        name,
      ]),
    ];
  });
}
