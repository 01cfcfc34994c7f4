import type { ConnectionFacts } from '../model/facts.ts';

/**
 * What connections that ended well were like. All facts are gathered of the first some thousand of a capture, and of
 * later ones only when something was odd about them: a sample, and figures made of it say so.
 */
export class WellEnded {
  total = 0;
  /** The client's receive window was shut for some time. */
  shut = 0;

  add({ client, app }: ConnectionFacts): void {
    if (app.responsesComplete === 0) return;
    this.total++;
    if (client.zeroWindowNs > 0) this.shut++;
  }
}
