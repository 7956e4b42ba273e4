export { describeIntruders } from "./intruders.ts";
