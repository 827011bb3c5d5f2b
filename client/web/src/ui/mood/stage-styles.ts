import { css } from "lit";

/* The page around the level, which has its own sizes (stage-level-styles.ts). */
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
    grid-template: "light say" minmax(0, 1fr) "clock say" auto / minmax(0, 0.75fr) minmax(0, 1fr);
    align-items: center;
    gap: 1vh 3vw;
    padding: 2vh 3vw 0;
    min-block-size: 0;
  }
  .light {
    grid-area: light;
    display: grid;
    place-items: center;
    min-inline-size: 0;
    block-size: 100%;
  }
  .light kuuki-air {
    inline-size: min(58vh, 34vw);
  }
  .say {
    grid-area: say;
    position: relative;
    display: grid;
    gap: 2vh;
    align-content: center;
    min-inline-size: 0;
  }
  kuuki-show-clock {
    grid-area: clock;
    position: relative;
  }
  /* Seven full-width characters in one line, which takes the height of the other words'. */
  .word[data-word="beaming"]:lang(ja) {
    font-size: clamp(2.875rem, 8vw, 9rem);
    line-height: 1.58;
  }
  .still {
    color: var(--text-soft);
    font-weight: var(--weight);
    font-size: max(var(--far), min(12vh, 5vw));
  }
  kuuki-last-wave {
    min-block-size: 21vh;
  }
  kuuki-sentence {
    font-size: clamp(1.125rem, 3.4vh, 3.5rem);
    color: var(--text-soft);
  }
  /* Below the rest, whose place it leaves alone. */
  .rough {
    position: absolute;
    inset-block-start: calc(100% + 0.5vh);
    color: var(--text-soft);
    font-size: var(--small);
  }
  .charted :is(.invite, kuuki-show-clock) {
    display: none;
  }
  /* Not seen beside the curve, but still spoken. */
  .charted kuuki-sentence {
    position: absolute;
    inline-size: 1px;
    block-size: 1px;
    overflow: hidden;
    clip-path: inset(50%);
  }
  .page.charted {
    --far: clamp(2rem, 6vh, 4rem);
    --near: clamp(1rem, 3vh, 2rem);
    block-size: auto;
    min-block-size: 100dvh;
  }
  .charted main {
    grid-template: "light say" auto / minmax(0, 0.5fr) minmax(0, 1fr);
    min-block-size: 14rem;
    padding-block-end: 2vh;
  }
  .charted .light kuuki-air {
    inline-size: min(30vh, 30vw);
  }
  .charted .say {
    grid-template-columns: minmax(0, 1.3fr) minmax(0, 1fr);
    align-items: center;
    gap: 1vh 3vw;
  }
  .charted kuuki-last-wave {
    min-block-size: 0;
  }
  .charted .share,
  .charted .tapped .share {
    font-size: clamp(2.5rem, 9vh, 6rem);
  }
  .charted .word,
  .charted .tapped .word {
    font-size: clamp(2.25rem, 8vh, 5rem);
  }
  .charted .number {
    min-block-size: 0;
  }
  .charted .bar {
    block-size: 10vh;
  }
  .charted .arrow {
    font-size: var(--near);
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
    padding: var(--space-2) 3vw var(--space-3);
  }
  .count {
    display: flex;
    flex: 1 1 24rem;
    flex-wrap: wrap;
    column-gap: 1.25em;
    color: var(--text-soft);
    font-size: clamp(0.9375rem, 1.15vw, 1.75rem);
    font-variant-numeric: tabular-nums;
  }
  .name,
  .late,
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
      grid-template: "light" minmax(0, 1fr) "say" auto "clock" auto / minmax(0, 1fr);
      justify-items: center;
      gap: var(--space-4);
      padding: var(--space-5) var(--space-5) 0;
      text-align: center;
    }
    .light kuuki-air {
      inline-size: min(66vw, 36vh);
    }
    .say,
    .charted .say {
      grid-template-columns: minmax(0, 1fr);
      justify-items: center;
      gap: var(--space-3);
    }
    .charted main {
      grid-template: "light" auto "say" auto / minmax(0, 1fr);
    }
    .still {
      font-size: clamp(2.25rem, 9vw, 6rem);
    }
    kuuki-last-wave {
      min-block-size: 0;
    }
    kuuki-sentence {
      font-size: clamp(1.125rem, 4.2vw, 2.25rem);
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
