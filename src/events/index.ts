export { recordEvents } from './record-events.js';
export type { NewEvent } from './record-events.js';
export { events } from './move-events.js';
