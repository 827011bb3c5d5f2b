import { css } from "lit";

/* What is read from three metres is --far high: 11 % of a screen's height are 15 mm of capitals on a 15.6″ one (ISO 9241-3,
   AVIXA DISCAS: distance / 200). */
export const levelStyles = css`
  :host {
    --far: 11vh;
    --near: 6.2vh;
    --small: clamp(0.875rem, 2.5vh, 2.25rem);
  }
  .level {
    display: grid;
    gap: 2.4vh;
    min-inline-size: 0;
  }
  .word {
    font-size: max(var(--far), min(15vh, 8vw));
    font-weight: var(--weight-strong);
    line-height: 1.08;
    letter-spacing: -0.015em;
    text-wrap: balance;
  }
  .word:lang(ja) {
    letter-spacing: 0;
  }
  .number {
    display: flex;
    align-items: center;
    gap: 3vh;
    min-block-size: 22vh;
  }
  .share {
    font-size: 22vh;
    line-height: 0.9;
    font-weight: var(--weight-strong);
    font-variant-numeric: tabular-nums;
    letter-spacing: -0.02em;
    white-space: nowrap;
  }
  small {
    font-size: 0.45em;
    font-weight: var(--weight);
    color: var(--text-soft);
  }
  .of {
    display: block;
    color: var(--text-soft);
    font-size: max(var(--small), 3.4vh);
    font-weight: var(--weight);
    line-height: 1.2;
    letter-spacing: 0;
  }
  .bar {
    position: relative;
    flex: none;
    inline-size: 2.4vh;
    block-size: 22vh;
    border-radius: 1.2vh;
    background: var(--raised);
  }
  .fill {
    position: absolute;
    inset: 0;
    border-radius: inherit;
    background: linear-gradient(to top, var(--air-mid-deep), var(--air-warm));
    transform: scaleY(0);
    transform-origin: bottom;
    transition: transform var(--light) steps(7);
  }
  .was {
    position: absolute;
    inset-inline: -0.9vh;
    block-size: 0.7vh;
    margin-block-end: -0.35vh;
    border-radius: 0.35vh;
    background: var(--text);
    outline: 0.3vh solid var(--ink);
  }
  .trend {
    display: grid;
    align-content: center;
    min-inline-size: 0;
  }
  .arrow {
    display: flex;
    align-items: center;
    gap: 0.2em;
    font-size: 7vh;
    line-height: 1.1;
  }
  .arrow svg {
    inline-size: var(--far);
    block-size: var(--far);
    stroke-width: 2.2;
  }
  .against {
    color: var(--text-soft);
    font-size: var(--small);
  }
  .arrow[data-trend="rising"] {
    color: var(--accent);
  }
  .arrow[data-trend="falling"] {
    color: var(--calm);
  }
  .arrow[data-trend="steady"] {
    color: var(--text-soft);
  }
  /* Taps lead: what faces say steps back. */
  .tapped .share {
    font-size: var(--far);
    font-weight: var(--weight);
    color: var(--text-soft);
  }
  .tapped .fill {
    background: var(--edge);
  }
  .tapped .word {
    font-size: max(var(--far), min(17vh, 9vw));
  }
  /* Nothing new has come: what was last stays readable, and is no longer lit. */
  .old :is(.word, .share) {
    color: var(--text-faint);
  }
  .old .fill {
    background: var(--edge);
  }
  @media (max-width: 60rem), (max-aspect-ratio: 1) {
    :host {
      --far: clamp(2.5rem, 11vw, 6rem);
      --near: clamp(1.125rem, 5vw, 3rem);
      --small: clamp(0.875rem, 2.6vw, 1.5rem);
    }
    .level {
      justify-items: center;
    }
    .word,
    .tapped .word {
      font-size: clamp(3rem, 15vw, 9rem);
    }
    .number {
      gap: 0.75rem;
      min-block-size: 6rem;
    }
    .share {
      font-size: clamp(4rem, 19vw, 11rem);
    }
    .of {
      font-size: var(--small);
    }
    .bar {
      inline-size: 0.75rem;
      block-size: clamp(5rem, 22vw, 12rem);
    }
    .was {
      inset-inline: -0.3rem;
      block-size: 0.25rem;
      margin-block-end: -0.125rem;
      outline-width: 2px;
    }
    .arrow {
      font-size: var(--near);
    }
  }
`;
