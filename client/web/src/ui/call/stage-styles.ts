import { css } from "lit";

export const stageLook = css`
  :host {
    display: grid;
    min-block-size: 0;
    min-inline-size: 0;
  }
  .stage {
    position: relative;
    display: grid;
    min-block-size: 0;
    border-radius: var(--round-l);
    background: var(--surface);
    overflow: clip;
  }
  video {
    position: absolute;
    inset: 0;
    inline-size: 100%;
    block-size: 100%;
    object-fit: cover;
  }
  .whole {
    object-fit: contain;
  }
  /* Heard, not seen: its sound goes on. */
  .away {
    opacity: 0;
  }
  .light {
    position: relative;
    display: grid;
    align-content: center;
    justify-items: center;
    gap: clamp(1.5rem, 5vh, 4rem);
    min-block-size: 0;
    background: var(--ink);
    container-type: size;
  }
  .light kuuki-air {
    inline-size: min(58cqw, 56cqh);
  }
  .mostly {
    font-size: clamp(1.25rem, 6cqh, 2.5rem);
    line-height: 1.2;
  }
  .chips,
  .told {
    position: absolute;
    inset-inline: var(--space-3);
    display: flex;
    flex-wrap: wrap;
    gap: var(--space-2);
    pointer-events: none;
  }
  .chips {
    inset-block-start: var(--space-3);
  }
  .told {
    inset-block-end: var(--space-3);
    padding-inline-end: clamp(7rem, 18vw, 15rem);
  }
  .chip {
    display: inline-flex;
    align-items: center;
    gap: var(--space-2);
    padding: 0.3rem 0.9rem;
    border-radius: 1.25rem;
    background: rgb(9 10 14 / 0.82);
    font-size: var(--text-s);
    line-height: 1.4;
  }
  .chip svg {
    inline-size: 1.2rem;
    block-size: 1.2rem;
  }
  .trouble {
    border: 1px solid var(--accent);
  }
  .hear {
    position: absolute;
    z-index: 2;
    inset: auto auto var(--space-4) var(--space-4);
    min-block-size: 3.5rem;
    padding-inline: var(--space-5);
  }
  .middle {
    position: absolute;
    z-index: 2;
    inset: 50% auto auto 50%;
    translate: -50% -50%;
    display: grid;
    justify-items: center;
    gap: var(--space-3);
    inline-size: max-content;
    max-inline-size: min(26rem, 100% - 2rem);
    padding: var(--space-5);
    border-radius: var(--round-l);
    background: rgb(18 20 27 / 0.94);
    text-align: center;
  }
  @media (max-width: 60rem) {
    .stage {
      border-radius: 0;
    }
  }
`;
