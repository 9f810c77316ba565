import type { JobInLane, ServerTools, Service } from './feature.js';
import { ALL, FEATURES } from './features.js';
import type { Job } from './platform/jobs/index.js';

/** What the features keep for the whole server, and their work in the background. */
export class ComposedFeatures {
  /** Each by its class. */
  readonly services = new Map<unknown, Service>();
  private readonly tools: ServerTools;

  constructor(base: Omit<ServerTools, 'all' | 'service'>) {
    this.tools = { ...base, all: ALL, service: (type) => this.find(type) };
    for (const feature of FEATURES)
      for (const service of feature.services?.(this.tools) ?? [])
        this.services.set(service.constructor, service);
  }

  /** Begins nothing: see `Jobs`. */
  lanes(): readonly (readonly Job[])[] {
    const jobs: JobInLane[] = FEATURES.toReversed().flatMap((feature) => feature.jobs?.(this.tools) ?? []);
    return [...Map.groupBy(jobs, ({ lane }) => lane).values()].map((lane) => lane.map(({ job }) => job));
  }

  closeStreams(): void {
    for (const service of this.services.values()) service.close?.();
  }

  async drain(): Promise<void> {
    await Promise.all([...this.services.values()].map(async (service) => service.drain?.()));
  }

  private find<T>(type: { readonly prototype: T; readonly name: string }): T {
    const service = this.services.get(type);
    if (!service) throw new Error(`no lower feature keeps ${type.name}`);
    return service as T;
  }
}
