const REFERENCE = /^os\.environ\/\s*(\S+)\s*$/;

/** `NAME` of `os.environ/NAME`, the fallback where nothing is written, null for a value that stands there itself. */
export function resolveVariableName(text: string | null, fallback: string): string | null {
  return text === null ? fallback : (REFERENCE.exec(text)?.[1] ?? null);
}
