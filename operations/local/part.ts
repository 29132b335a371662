/** A process and its address, as the plan names it. */
export interface ProcessSettings {
  readonly name: string;
  readonly host: string;
  readonly port: number;
}

/** Something happened to a part, told in one line. */
export interface PartEvent {
  readonly part: string;
  readonly text: string;
}

export type Report = (event: PartEvent) => void;
