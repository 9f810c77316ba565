export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** The value that this share of all values lies below. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

export function per(rate: number): string {
  return `${Math.round(rate).toLocaleString('en')}/s`;
}

export function percent(ratio: number): string {
  return `${(ratio * 100).toFixed(1)} %`;
}

export function ms(milliseconds: number): string {
  return `${milliseconds < 100 ? milliseconds.toFixed(1) : Math.round(milliseconds).toLocaleString('en')} ms`;
}
