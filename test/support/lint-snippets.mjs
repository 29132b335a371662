// Reads [{ path, code }] from stdin, lints each text as if it stood at that path, writes [[ruleId, …], …] to stdout.
// Its own process, because the ESLint configuration is an ES module.
import { text } from 'node:stream/consumers';
import { ESLint } from 'eslint';

/** Of the rules, those that need types; they can only be asked of files that exist. */
const TYPED_RULES = [
  '@typescript-eslint/await-thenable',
  '@typescript-eslint/no-floating-promises',
  '@typescript-eslint/no-misused-promises',
  '@typescript-eslint/only-throw-error',
  '@typescript-eslint/switch-exhaustiveness-check',
];

const typed = new ESLint();
const untyped = new ESLint({
  overrideConfig: {
    files: ['**/*.ts'],
    languageOptions: { parserOptions: { projectService: false } },
    rules: Object.fromEntries(TYPED_RULES.map((rule) => [rule, 'off'])),
  },
});

const results = [];
for (const { path, code, needsTypes } of JSON.parse(await text(process.stdin))) {
  const [result] = await (needsTypes ? typed : untyped).lintText(code, { filePath: path });
  results.push(result.messages.map((message) => message.ruleId ?? message.message));
}
process.stdout.write(JSON.stringify(results));
