// Shapes that the call's pages share.

import { css } from "lit";

export const callLook = css`
  .soft {
    color: var(--text-soft);
  }
  .big {
    min-block-size: 3.5rem;
    padding-inline: var(--space-5);
    font-size: var(--text-l);
  }
  .end {
    border-color: var(--end);
    background: var(--end);
    color: var(--end-ink);
  }
  .end:hover {
    border-color: var(--end);
    background: var(--end);
    filter: brightness(1.12);
  }
  a.plain {
    display: inline-flex;
    align-items: center;
    gap: var(--space-2);
    min-block-size: var(--target);
    color: var(--text-soft);
    text-underline-offset: 0.3em;
  }
  .points {
    display: grid;
    gap: var(--space-4);
  }
  .points li {
    display: grid;
    grid-template-columns: auto 1fr;
    gap: var(--space-3);
    line-height: 1.5;
  }
  .points svg {
    margin-block-start: 0.05em;
    color: var(--accent);
  }
  .points b {
    display: block;
  }
  .field {
    display: grid;
    gap: var(--space-2);
  }
  .tick {
    display: flex;
    align-items: center;
    gap: var(--space-3);
    min-block-size: var(--target);
    font-weight: var(--weight);
    cursor: pointer;
  }
  .tick input {
    flex: none;
    inline-size: 1.5rem;
    block-size: 1.5rem;
    margin: 0;
    accent-color: var(--accent);
  }
  .tick small {
    display: block;
    color: var(--text-soft);
    font-size: var(--text-s);
  }
  .words {
    display: inline-flex;
    flex-wrap: wrap;
    gap: 0.25em 0.6em;
  }
  .words .words {
    flex-wrap: nowrap;
  }
  .word {
    display: inline-grid;
    line-height: 1.25;
  }
  .word small {
    color: var(--text-soft);
    font-size: max(0.55em, 0.8125rem);
    font-weight: var(--weight);
  }
  [data-first]:is(h1, h2) {
    outline: none;
  }
`;

/** Two columns where there is room: what it is about on the left, what to do on the right. */
export const pairLook = css`
  .pair {
    display: grid;
    gap: var(--space-5);
  }
  .act {
    display: grid;
    gap: var(--space-4);
    align-content: start;
  }
  @media (min-width: 60rem) {
    .pair {
      grid-template-columns: minmax(0, 1fr) minmax(0, 31rem);
      gap: var(--space-7);
      align-items: center;
      min-block-size: calc(100dvh - 9rem);
    }
  }
`;
