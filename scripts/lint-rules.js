/** ESLint rules for what docs/ARCHITECTURE.md and CONTRIBUTING.md ask and no published rule says. */
import { basename } from "node:path";

const FORBIDDEN_NAMES = new Set(["utils", "util", "helpers", "helper", "common", "misc", "manager", "types"]);
const KEBAB_CASE = /^[a-z0-9]+(?:-[a-z0-9]+)*$/u;

const fileName = {
  meta: {
    type: "suggestion",
    schema: [],
    messages: {
      kebab: "Name the file in kebab-case, after the format or concept: {{name}}",
      forbidden:
        "A file called {{name}} says nothing about what is in it; name it after the format or concept.",
    },
  },
  create: (context) => ({
    Program(node) {
      for (const part of basename(context.filename).replace(/^\./, "").split(".").slice(0, -1)) {
        if (!KEBAB_CASE.test(part)) context.report({ node, messageId: "kebab", data: { name: part } });
        if (FORBIDDEN_NAMES.has(part)) context.report({ node, messageId: "forbidden", data: { name: part } });
      }
    },
  }),
};

const noTypeAssertion = {
  meta: {
    type: "problem",
    schema: [],
    messages: {
      assertion:
        "`as` hides a mistake from the compiler: narrow the value or validate it. If it must be, disable this rule on the line with `-- reason`.",
    },
  },
  create: (context) => ({
    TSAsExpression(node) {
      const target = node.typeAnnotation;
      const isConst = target.type === "TSTypeReference" && target.typeName.name === "const";
      if (!isConst) context.report({ node, messageId: "assertion" });
    },
    TSTypeAssertion(node) {
      context.report({ node, messageId: "assertion" });
    },
  }),
};

const documentedExport = {
  meta: {
    type: "suggestion",
    schema: [],
    messages: {
      missing: "Every export has a doc comment: one sentence of purpose, then units, defaults, codes.",
    },
  },
  create: (context) => {
    const documented = new Set();
    return {
      ExportNamedDeclaration(node) {
        if (!node.declaration) return;
        const name = node.declaration.id?.name;
        const comment = context.sourceCode.getCommentsBefore(node).at(-1);
        const hasDoc = comment?.type === "Block" && comment.value.startsWith("*");
        // Overload signatures share the comment of the first one.
        if (hasDoc && name !== undefined) documented.add(name);
        if (!hasDoc && !documented.has(name)) context.report({ node, messageId: "missing" });
      },
    };
  },
};

const reasonedDisable = {
  meta: {
    type: "problem",
    schema: [],
    messages: { reason: "Say why the rule is switched off here: `-- reason`." },
  },
  create: (context) => ({
    Program() {
      for (const comment of context.sourceCode.getAllComments()) {
        const text = comment.value.trim();
        if (/^eslint-disable/u.test(text) && !/\s--\s+\S/u.test(text)) {
          context.report({ loc: comment.loc, messageId: "reason" });
        }
        if (/^@ts-(?:ignore|nocheck)/u.test(text)) context.report({ loc: comment.loc, messageId: "reason" });
      }
    },
  }),
};

export const posternRules = {
  rules: {
    "documented-export": documentedExport,
    "file-name": fileName,
    "no-type-assertion": noTypeAssertion,
    "reasoned-disable": reasonedDisable,
  },
};
