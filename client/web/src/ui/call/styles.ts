// Shapes that the call's pages share.

import { css } from "lit";

export const callLook = css`
  .big {
    min-block-size: 3.5rem;
    padding-inline: var(--space-5);
    font-size: var(--text-l);
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
  h1 {
    font-size: var(--text-xl);
  }
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

/** One thing in the middle of the page, said large. */
export const middleLook = css`
  .middle {
    display: grid;
    justify-items: center;
    align-content: center;
    gap: var(--space-3);
    min-block-size: calc(100dvh - 12rem);
    text-align: center;
  }
  h1 {
    font-size: var(--text-xxl);
  }
`;
