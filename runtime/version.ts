/** Version told in `x-litellm-version` and by the readiness probe; a test holds it equal to package.json. */
export const GATEWAY_VERSION = '0.1.0';
