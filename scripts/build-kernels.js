// Compiles the AssemblyScript kernels to WebAssembly when their source is newer: `npm run kernels`, and after every install.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

const folder = join(dirname(fileURLToPath(import.meta.url)), "..", "packages", "postern");
const source = join(folder, "kernels", "text-block.ts");
const target = join(folder, "wasm", "text-block.wasm");

const newestMs = Math.max(
  ...readdirSync(dirname(source)).map((name) => statSync(join(dirname(source), name)).mtimeMs),
);

if (!existsSync(target) || statSync(target).mtimeMs < newestMs) {
  mkdirSync(dirname(target), { recursive: true });
  const compiler = fileURLToPath(new URL("../bin/asc.js", import.meta.resolve("assemblyscript")));
  const options = ["--runtime", "stub", "--enable", "simd", "-O3", "--noAssert", "--importMemory"];
  const run = spawnSync(process.execPath, [compiler, source, "--outFile", target, ...options], {
    stdio: "inherit",
  });
  process.exitCode = run.status ?? 1;
}
