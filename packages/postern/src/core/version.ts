/** Version of this tool, stamped on every output. The test compares it with package.json. */
export const VERSION = "0.1.0";
