export { escapeHtml } from "./escape-html.ts";
export { renderHtml } from "./html/page.ts";
