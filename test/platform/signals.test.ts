import { createLog, Signals } from '../../src/platform/index.js';
import { describeWithOwnRedis, eventually, startRedis } from '../kit/index.js';

const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;

describeWithOwnRedis('Signals over Redis', () => {
  it('keep nothing alive once they are closed, though Redis is away', async () => {
    const redis = await startRedis();
    const before = timers();
    const signals = Signals.overRedis(redis.url, createLog('silent'));
    await eventually('Redis is connected', async () => signals.connected === true);
    await redis.kill();
    await eventually('Redis is away', async () => signals.connected === false);

    const closedAt = performance.now();
    signals.close();
    await eventually('no timer is left', async () => timers() <= before);
    // Jest ends a worker by force after half a second.
    expect(performance.now() - closedAt).toBeLessThan(1_000);
  });
});
