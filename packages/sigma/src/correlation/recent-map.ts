interface Node<V> {
  readonly key: string;
  readonly value: V;
  before: Node<V> | null;
  after: Node<V> | null;
}

/**
 * A map that knows which entry was not used for longest. A plain Map keeps its order too, but walks over every deleted entry to
 * find its first: taking the oldest out again and again would cost the square of their number.
 */
export class RecentMap<V> {
  private readonly nodes = new Map<string, Node<V>>();
  private first: Node<V> | null = null;
  private last: Node<V> | null = null;

  get size(): number {
    return this.nodes.size;
  }

  /** The value that was not used for longest. */
  get oldest(): V | undefined {
    return this.first?.value;
  }

  get(key: string): V | undefined {
    return this.nodes.get(key)?.value;
  }

  /** Puts a value in, or makes it the one used last. */
  use(key: string, value: V): void {
    this.delete(key);
    const node: Node<V> = { key, value, before: this.last, after: null };
    if (this.last === null) this.first = node;
    else this.last.after = node;
    this.last = node;
    this.nodes.set(key, node);
  }

  delete(key: string): void {
    const node = this.nodes.get(key);
    if (node === undefined) return;
    this.nodes.delete(key);
    if (node.before === null) this.first = node.after;
    else node.before.after = node.after;
    if (node.after === null) this.last = node.before;
    else node.after.before = node.before;
  }
}
