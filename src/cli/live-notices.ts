import type { Diagnostics } from './diagnostics.ts';

/**
 * What a running capture has to tell, as lines on standard error; while a screen is shown, on that, and afterwards on
 * standard error.
 */
export class LiveNotices {
  readonly #diagnostics: Diagnostics;
  #show: ((text: string) => void) | null = null;
  #held: string[] = [];

  constructor(diagnostics: Diagnostics) {
    this.#diagnostics = diagnostics;
  }

  readonly say = (text: string): void => {
    if (this.#show === null) {
      this.#diagnostics.say(text);
      return;
    }
    this.#show(text);
    this.#held.push(text);
    if (this.#held.length > MAX_HELD) this.#held.shift();
  };

  showOn(show: (text: string) => void): void {
    this.#show = show;
  }

  release(): void {
    this.#show = null;
    for (const text of this.#held.splice(0)) this.#diagnostics.say(text);
  }
}

const MAX_HELD = 20;
