export { runCli, type Ran } from "./run-cli.ts";
