// What every element of the call's pages has: the session of calls, and the words of calls.

import type { CallSession, CallSnapshot } from "../../core/call/session";
import { type CallWords, callWordsOf } from "../../locale/call";
import { FollowingElement } from "../following";
import { callLook } from "./styles";

export abstract class CallElement<Selected extends object> extends FollowingElement<
  CallSession,
  CallSnapshot,
  Selected
> {
  static override styles = [...FollowingElement.styles, callLook];

  protected get said(): CallWords {
    return callWordsOf(this.language);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.requestUpdate(); // a picture that was let go is attached again
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    // A <video> that plays keeps itself alive, and with it everything that is drawn around it.
    for (const video of this.shadowRoot?.querySelectorAll("video") ?? []) video.srcObject = null;
  }

  /** Where the keyboard goes when this comes into view: what is marked `data-first`, once it is drawn. */
  async arrive(): Promise<void> {
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>("[data-first]")?.focus({ preventScroll: true });
  }
}
