const REPAINT_MS = 200;
const LINE_MS = 5_000;

/** Lines that stay in place and change on a terminal; elsewhere the first of them, now and then. */
export class Screen {
  private readonly lines: () => string[];
  private readonly timer: NodeJS.Timeout;
  private shown = 0;

  constructor(lines: () => string[]) {
    this.lines = lines;
    this.timer = process.stdout.isTTY
      ? setInterval(() => this.repaint(), REPAINT_MS)
      : setInterval(() => console.log(this.lines()[0]), LINE_MS);
  }

  /** Leaves the lines as they are in the end. */
  close(): void {
    clearInterval(this.timer);
    if (process.stdout.isTTY) this.repaint();
    else console.log(this.lines().join('\n'));
  }

  private repaint(): void {
    const lines = this.lines().map((line) => line.slice(0, process.stdout.columns - 1));
    const up = this.shown > 0 ? `\x1b[${this.shown}A` : '';
    process.stdout.write(`${up}${lines.map((line) => `\x1b[2K${line}\n`).join('')}\x1b[0J`);
    this.shown = lines.length;
  }
}

/** How much of something is done, and how fast. */
export class Progress {
  done = 0;
  readonly total: number;
  private readonly begun = performance.now();
  private ended: number | undefined;

  constructor(total: number) {
    this.total = total;
  }

  add(count: number): void {
    this.done += count;
    if (this.done >= this.total) this.ended ??= performance.now();
  }

  get seconds(): number {
    return ((this.ended ?? performance.now()) - this.begun) / 1_000;
  }

  get perSecond(): number {
    return Math.round(this.done / Math.max(this.seconds, 0.001));
  }

  toString(): string {
    const share = this.total === 0 ? 1 : this.done / this.total;
    const bar = '█'.repeat(Math.round(share * 24)).padEnd(24, '·');
    const percent = `${Math.floor(share * 100)} %`.padStart(5);
    return `${bar} ${percent}  ${format(this.done)} of ${format(this.total)}, ${format(this.perSecond)} items/s`;
  }
}

export function format(count: number): string {
  return count.toLocaleString('en');
}
