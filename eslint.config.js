import { defineConfig, globalIgnores } from "eslint/config";
import tseslint from "typescript-eslint";
import { posternRules } from "./scripts/lint-rules.js";

const noDefaultExport = {
  selector: "ExportDefaultDeclaration",
  message: "No default exports: a thing has one name everywhere.",
};
const noEnum = { selector: "TSEnumDeclaration", message: "No enums: a readonly array and a union type." };
const noNamespace = { selector: "TSModuleDeclaration", message: "No namespaces: a file is the module." };
const noModuleState = {
  selector: ":matches(Program, Program > ExportNamedDeclaration) > VariableDeclaration[kind='let']",
  message: "No module state: pass a context.",
};
const noWorker = {
  selector: "NewExpression[callee.name='Worker']",
  message: "Workers start only in packages/postern/src/scan/pool, so that results merge in one fixed order.",
};
const noClock = {
  selector: "NewExpression[callee.name='Date'][arguments.length=0]",
  message: "Take the clock as an argument: same input, same bytes out.",
};
const everywhere = [noDefaultExport, noEnum, noNamespace, noModuleState];

export default defineConfig(
  globalIgnores([
    "**/dist/",
    // AssemblyScript: another language with the same file extension.
    "packages/postern/kernels/",
    "coverage/",
    "fixtures/",
    "scripts/fixtures/",
    ".corpus/",
    ".bench/",
    "*-case/",
  ]),
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ["vitest.config.ts"] },
        tsconfigRootDir: import.meta.dirname,
      },
    },
    plugins: { postern: posternRules },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      "max-lines": ["error", { max: 400 }],
      "max-lines-per-function": ["error", { max: 60 }],
      "max-params": ["error", { max: 4 }],
      "max-depth": ["error", { max: 4 }],
      eqeqeq: "error",
      "no-empty": ["error", { allowEmptyCatch: false }],
      "no-restricted-syntax": ["error", ...everywhere, noWorker, noClock],
      "no-restricted-properties": [
        "error",
        { object: "Date", property: "now", message: "Take the clock as an argument." },
        { object: "Math", property: "random", message: "Take the source of chance as an argument." },
      ],
      "no-console": "error",
      // Whether a text is an address is a question, not a connection; everything else that could connect is refused by `npm run layers`.
      "no-restricted-imports": [
        "error",
        ...["net", "node:net"].map((name) => ({
          name,
          allowImportNames: ["isIP", "isIPv4", "isIPv6", "BlockList"],
          message: "Postern opens no network connection.",
        })),
      ],
      "postern/file-name": "error",
      "postern/no-type-assertion": "error",
      "postern/documented-export": "error",
      "postern/reasoned-disable": "error",
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/no-non-null-assertion": "error",
      "@typescript-eslint/no-unused-vars": [
        "error",
        { argsIgnorePattern: "^_", destructuredArrayIgnorePattern: "^_" },
      ],
      "@typescript-eslint/restrict-template-expressions": [
        "error",
        { allowNumber: true, allowBoolean: true },
      ],
      "@typescript-eslint/switch-exhaustiveness-check": "error",
    },
  },
  {
    files: ["packages/postern/src/scan/pool/**/*.ts"],
    rules: { "no-restricted-syntax": ["error", ...everywhere, noClock] },
  },
  {
    // The edge of the program: here the clock is read and people are talked to.
    files: ["packages/postern/src/cli/**/*.ts", "scripts/**/*.ts", "bench/**/*.ts"],
    rules: {
      "no-restricted-syntax": ["error", ...everywhere, noWorker],
      "no-restricted-properties": "off",
      "no-console": "off",
    },
  },
  {
    files: ["**/*.test.ts"],
    rules: {
      // A describe block holds a whole suite.
      "max-lines-per-function": "off",
      "postern/documented-export": "off",
      "no-restricted-syntax": ["error", ...everywhere, noWorker],
    },
  },
  { files: ["vitest.config.ts"], rules: { "no-restricted-syntax": "off" } },
  {
    // The few files that run before anything is built.
    files: ["**/*.js", "**/*.cjs"],
    plugins: { postern: posternRules },
    rules: { "postern/file-name": "error", "postern/reasoned-disable": "error", eqeqeq: "error" },
  },
);
