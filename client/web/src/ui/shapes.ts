// Shapes that some elements share, each as a style sheet of its own; what every element has is in look.ts.

import { css } from "lit";

/** An element that is a column of parts. */
export const columnLook = css`
  :host {
    display: grid;
    gap: var(--space-3);
  }
`;

/** The same, closer: a label and what belongs to it. */
export const fieldLook = css`
  :host {
    display: grid;
    gap: var(--space-2);
  }
`;

/** A heading, and at the end of its line what belongs to it. */
export const headLook = css`
  .head {
    display: flex;
    justify-content: space-between;
    align-items: center;
    gap: var(--space-3);
  }
`;

/** One's own picture, as in a mirror. */
export const mirrorLook = css`
  video {
    inline-size: 100%;
    block-size: 100%;
    object-fit: cover;
    transform: scaleX(-1);
  }
`;

/** A bar: <span class="track"><i></i></span>; its share is the transform of the <i>, its number stands beside. */
export const barLook = css`
  .track {
    block-size: 0.75rem;
    border-radius: 999px;
    background: var(--raised);
    overflow: clip;
  }
  i {
    display: block;
    block-size: 100%;
    border-radius: inherit;
    background: var(--calm);
    transform-origin: left;
    transition: transform 240ms linear;
  }
  .first i {
    background: var(--accent);
  }
  .number {
    text-align: end;
    font-variant-numeric: tabular-nums;
  }
  @media (prefers-reduced-motion: reduce) {
    i {
      transition: none;
    }
  }
  @media (forced-colors: active) {
    i {
      background: CanvasText;
    }
  }
`;

/** What a page is in a few words: a headline by its lines, and numbered steps. */
export const heroLook = css`
  .hero {
    position: relative;
    display: grid;
    gap: var(--space-4);
  }
  h1 {
    font-size: var(--text-xxl);
    line-height: 1.18;
    letter-spacing: -0.01em;
  }
  h1 span {
    display: block;
  }
  .breath {
    font-size: 1.125rem;
  }
  .steps {
    display: grid;
    gap: var(--space-5);
    margin-block-start: var(--space-6);
  }
  .steps li {
    display: grid;
    grid-template-columns: auto 1fr;
    column-gap: var(--space-4);
  }
  .steps li span {
    grid-row: span 2;
    display: grid;
    place-items: center;
    inline-size: 2.25rem;
    block-size: 2.25rem;
    border: 1px solid var(--edge);
    border-radius: 50%;
    color: var(--accent);
  }
  .steps p {
    color: var(--text-soft);
  }
  @media (min-width: 60rem) {
    .steps {
      grid-template-columns: repeat(3, 1fr);
    }
  }
`;

/** Shortcut keys are no use where nothing hovers: such devices have no keyboard. */
export const keyLook = css`
  @media (hover: none) {
    kbd {
      display: none;
    }
  }
`;

/** The lines behind a curve. */
export const gridLook = css`
  .grid {
    stroke: var(--line);
    stroke-width: 1;
  }
`;

/** What unfolds: its name with an arrow before it. */
export const foldLook = css`
  summary {
    display: inline-flex;
    align-items: center;
    min-block-size: var(--target);
    color: var(--text-soft);
    font-size: var(--text-s);
    cursor: pointer;
  }
  summary::before {
    content: "▸";
    margin-inline-end: var(--space-2);
  }
  [open] summary::before {
    content: "▾";
  }
`;

/** The dot of a tap of one's own on its way to the light. */
export const ownTapLook = css`
  .own-tap {
    position: fixed;
    inset: 0 auto auto 0;
    inline-size: 14px;
    block-size: 14px;
    border-radius: 50%;
    background: var(--tap-smile);
    pointer-events: none;
  }
  .own-tap.laugh {
    background: var(--tap-laugh);
  }
  .own-tap.wow {
    background: var(--tap-wow);
  }
  .own-tap.applause {
    background: var(--tap-applause);
  }
`;

/** A box to tick, with what it does and, smaller, what that means. */
export const switchLook = css`
  .switch {
    display: flex;
    align-items: center;
    gap: var(--space-3);
    min-block-size: var(--target);
    cursor: pointer;
  }
  .switch input {
    flex: none;
    inline-size: 1.5rem;
    block-size: 1.5rem;
    accent-color: var(--accent);
  }
  .switch small {
    display: block;
    color: var(--text-soft);
    font-size: var(--text-s);
    font-weight: var(--weight);
  }
`;
