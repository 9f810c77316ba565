import { rm } from 'node:fs/promises';
import { running } from './cluster.ts';

export default async function globalTeardown(): Promise<void> {
  if (!running.cluster) return;
  const { postgres, folder } = running.cluster;
  await postgres.stop();
  await rm(folder, { recursive: true, force: true });
}
