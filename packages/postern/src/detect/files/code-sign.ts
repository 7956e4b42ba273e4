/** Something in server code that speaks for a back door. */
export interface CodeSign {
  readonly id: string;
  /** Plain sentence. */
  readonly text: string;
  readonly weight: number;
  /** Index in the page's text. */
  readonly index: number;
}
