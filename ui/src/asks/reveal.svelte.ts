/** How long a row of a share stays on the screen before it blanks itself, in seconds. */
export const PATIENCE = 60;

/**
 * Until when the custodian of one step may see rows. It outlives a row, so that a custodian who writes seven of them
 * uncovers the screen once; it holds no part of a share, and any other step, a hidden window or a reload ends it.
 */
class Reveal {
  step = $state('');
  until = $state(0);

  covers(step: string, now: number): boolean { return this.step === step && now < this.until; }
  show(step: string): void { this.step = step; this.until = Date.now() + PATIENCE * 1000; }
  extend(): void { this.until += PATIENCE * 1000; }
  hide(): void { this.until = 0; }
}

export const reveal = new Reveal();
