import { css } from "lit";

/* Sizes follow the screen: at 1920 × 1080 and 3 m the smallest line that matters is about 20 arc minutes high. */
export const stageStyles = css`
  .page {
    display: grid;
    grid-template-rows: minmax(0, 1fr) auto auto auto;
    block-size: 100dvh;
    min-block-size: 26rem;
    overflow: clip;
  }
  main {
    position: relative;
    display: grid;
    grid-template-columns: minmax(0, 1.1fr) minmax(0, 1fr);
    align-items: center;
    gap: 4vw;
    padding: 3vh 6vw 0 3vw;
    min-block-size: 0;
  }
  .light {
    display: grid;
    place-items: center;
    min-inline-size: 0;
    block-size: 100%;
  }
  .light kuuki-air {
    inline-size: min(72vh, 44vw);
  }
  .say {
    position: relative;
    display: grid;
    gap: 2.2vh;
    align-content: center;
    min-inline-size: 0;
  }
  .word {
    font-size: clamp(3rem, 8.2vw, 13rem);
    font-weight: var(--weight-strong);
    line-height: 1.1;
    letter-spacing: -0.015em;
    text-wrap: balance;
  }
  .word:lang(ja) {
    letter-spacing: 0;
  }
  /* Seven full-width characters in one line, which takes the height of the other words'. */
  .word[data-word="beaming"]:lang(ja) {
    font-size: clamp(2.875rem, 5.7vw, 9rem);
    line-height: 1.58;
  }
  .still {
    color: var(--text-soft);
    font-weight: var(--weight);
    font-size: clamp(2.5rem, 5vw, 8rem);
  }
  .trend {
    display: flex;
    flex-wrap: wrap;
    align-items: baseline;
    column-gap: 0.3em;
    font-size: clamp(1.75rem, 4.6vw, 7rem);
    line-height: 1.15;
  }
  .share {
    font-weight: var(--weight-strong);
    font-variant-numeric: tabular-nums;
  }
  small {
    font-size: 0.6em;
    font-weight: var(--weight);
    color: var(--text-soft);
  }
  .of {
    color: var(--text-soft);
    font-size: 0.6em;
  }
  .arrow {
    display: inline-flex;
    align-items: center;
    gap: 0.25em;
    margin-inline-start: 0.5em;
    align-self: center;
  }
  .arrow svg {
    inline-size: 1.15em;
    block-size: 1.15em;
    stroke-width: 2.4;
  }
  .arrow span {
    font-size: 0.6em;
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
  kuuki-sentence {
    font-size: clamp(1.25rem, 2.7vw, 4.25rem);
    color: var(--text);
  }
  .trend + kuuki-sentence {
    min-block-size: 4.4em;
  }
  /* Below the rest, whose place it leaves alone. */
  .rough {
    position: absolute;
    inset-block-start: calc(100% + 1vh);
    color: var(--text-soft);
    font-size: clamp(1rem, 1.5vw, 2.25rem);
  }
  .charted .invite {
    display: none;
  }
  /* Not seen beside the curve, but still spoken. */
  .charted kuuki-sentence {
    position: absolute;
    inline-size: 1px;
    block-size: 1px;
    min-block-size: 0;
    overflow: hidden;
    clip-path: inset(50%);
  }
  .page.charted {
    block-size: auto;
    min-block-size: 100dvh;
  }
  .charted main {
    min-block-size: 14rem;
    padding-block-end: 2vh;
  }
  .charted .light kuuki-air {
    inline-size: min(34vh, 34vw);
  }
  .charted .say {
    gap: 1vh;
  }
  .charted .word {
    font-size: clamp(2.5rem, min(6vw, 11vh), 9rem);
  }
  .charted .trend {
    font-size: clamp(1.75rem, min(4.6vw, 7vh), 7rem);
  }
  .why {
    font-size: clamp(1.25rem, 2.2vw, 3.5rem);
  }
  .invite {
    display: flex;
    align-items: center;
    gap: 1.5rem;
  }
  .invite kuuki-qr {
    flex: none;
    inline-size: clamp(8rem, 24vh, 18rem);
  }
  figcaption {
    display: grid;
    gap: var(--space-1);
    min-inline-size: 0;
    font-size: clamp(1rem, 1.5vw, 2.25rem);
    line-height: 1.35;
  }
  figcaption a {
    display: inline-flex;
    align-items: center;
    min-block-size: var(--target);
    color: var(--text-soft);
    overflow-wrap: anywhere;
  }
  .low {
    position: relative;
    margin: 0 3vw var(--space-2);
    padding: var(--space-3) var(--space-5);
  }
  footer {
    position: relative;
    display: flex;
    flex-wrap: wrap;
    justify-content: space-between;
    align-items: center;
    gap: var(--space-2) var(--space-5);
    padding: var(--space-3) 3vw var(--space-4);
  }
  .count {
    display: flex;
    flex-wrap: wrap;
    column-gap: 1.25em;
    color: var(--text-soft);
    font-size: clamp(1rem, 1.5vw, 2.25rem);
    font-variant-numeric: tabular-nums;
  }
  .name,
  .faint {
    color: var(--text-faint);
  }
  .faint:empty {
    display: none;
  }
  .link {
    color: var(--accent);
  }
  .controls {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    transition: opacity var(--light) linear;
  }
  /* Gone, not faint: what is there must be readable. The first touch brings it back and presses nothing. */
  :host([idle]) .controls:not(:focus-within) {
    opacity: 0;
    pointer-events: none;
  }
  kbd {
    padding: 0 0.4em;
    border: 1px solid var(--line);
    border-radius: 0.35em;
    color: var(--text-faint);
    font: inherit;
    font-size: 0.85em;
  }
  .controls button {
    font-size: var(--text-s);
    font-weight: var(--weight);
  }
  @media (max-width: 60rem), (max-aspect-ratio: 1) {
    .page {
      block-size: auto;
      min-block-size: 100dvh;
    }
    main {
      grid-template-columns: minmax(0, 1fr);
      grid-template-rows: minmax(0, 1fr) auto;
      justify-items: center;
      gap: var(--space-4);
      padding: var(--space-5) var(--space-5) 0;
      text-align: center;
    }
    .light kuuki-air {
      inline-size: min(74vw, 42vh);
    }
    .say {
      justify-items: center;
      gap: var(--space-3);
    }
    .word {
      font-size: clamp(3rem, 15vw, 9rem);
    }
    .still {
      font-size: clamp(2.25rem, 9vw, 6rem);
    }
    .trend {
      justify-content: center;
      font-size: clamp(2rem, 8.5vw, 5rem);
    }
    kuuki-sentence {
      font-size: clamp(1.25rem, 4.6vw, 2.5rem);
    }
    .rough {
      position: static;
      min-block-size: 1lh;
    }
    .invite {
      flex-direction: column;
      gap: var(--space-3);
    }
    figcaption a {
      justify-content: center;
    }
    footer {
      justify-content: center;
      text-align: center;
    }
    .count {
      justify-content: center;
    }
    .controls {
      justify-content: center;
    }
  }
`;
