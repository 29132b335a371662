export type Annotations = Readonly<Record<string, string>>;

/** A custom resource that a controller reads beside the Ingress. */
export interface ControllerObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly spec: Readonly<Record<string, unknown>>;
}

/** What a controller is told, and where. */
export interface ControllerSettings {
  readonly ingress: Annotations;
  readonly service: Annotations;
  readonly objects: readonly ControllerObject[];
  /** `annotation`: the controller does not read the field of the Ingress. */
  readonly classIn: 'field' | 'annotation';
}
