// Instants and clocks, as they are shown.

/** `2026-11-24` and `09:00:00` of an instant, always in UTC. */
export function parts(millis) {
  const text = new Date(millis).toISOString();
  return { date: text.slice(0, 10), time: text.slice(11, 19) };
}

/** `2026-11-24 09:00:00` */
export function shown(instant) {
  const { date, time } = parts(typeof instant === "number" ? instant : Date.parse(instant));
  return `${date} ${time}`;
}

const DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/** The day of the week. */
export const weekday = millis => DAYS[new Date(millis).getUTCDay()];

/** A clock as the server told it, which this page lets run on. */
export class Clock {
  constructor(told) {
    this.base = Date.parse(told.now);
    this.rate = told.rate;
    this.mode = told.mode;
    this.advancing = told.advancing;
    this.heard = performance.now();
  }

  /** What it shows now, in milliseconds since 1970. */
  now() {
    return this.base + (performance.now() - this.heard) * this.rate;
  }

  /** How it runs, in words. */
  pace() {
    if (this.advancing > 0) return "is being advanced";
    if (this.mode === "frozen") return "stands still";
    return this.mode === "follow" ? "follows the wall clock" : `runs ${this.rate} times as fast`;
  }
}
