import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: { conditions: ["@postern/source"] },
  ssr: { resolve: { conditions: ["@postern/source"] } },
  test: { include: ["packages/*/src/**/*.test.ts", "packs/**/*.test.ts", "scripts/**/*.test.ts"] },
});
