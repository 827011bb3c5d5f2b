// How the form for a new room looks.

import { css } from "lit";

export const startLook = css`
  :host {
    container-type: inline-size;
  }
  form {
    gap: var(--space-3);
  }
  .soft {
    color: var(--text-soft);
    font-weight: var(--weight);
    font-size: var(--text-s);
  }
  .purposes {
    display: grid;
    margin-block: var(--space-2);
  }
  .purpose {
    display: grid;
    grid-template-columns: auto 1fr;
    align-items: center;
    gap: var(--space-3);
    min-block-size: 3.25rem;
    padding: var(--space-2) var(--space-3);
    border-radius: var(--round);
    line-height: 1.35;
    cursor: pointer;
  }
  .purpose:has(:checked) {
    background: var(--raised);
  }
  .purpose b {
    display: block;
  }
  .check {
    display: flex;
    align-items: center;
    gap: var(--space-3);
    min-block-size: var(--target);
    cursor: pointer;
  }
  input[type="checkbox"],
  input[type="radio"] {
    inline-size: 1.35rem;
    block-size: 1.35rem;
    margin: 0;
    accent-color: var(--accent);
  }
  .refused summary {
    display: grid;
    grid-template-columns: auto 1fr;
    align-items: center;
    gap: var(--space-3);
    min-block-size: var(--target);
    padding: var(--space-2) var(--space-3);
    border-radius: var(--round);
    color: var(--text-soft);
    line-height: 1.35;
    cursor: pointer;
    list-style: none;
  }
  .refused summary::-webkit-details-marker {
    display: none;
  }
  .refused b {
    font-weight: var(--weight);
    text-decoration: line-through;
    text-decoration-color: var(--warn);
  }
  .refused summary .soft {
    white-space: nowrap;
    color: var(--warn);
  }
  .refused svg {
    inline-size: 1.35rem;
    block-size: 1.35rem;
    color: var(--warn);
  }
  .refused p {
    margin: 0;
    padding: 0 var(--space-3) var(--space-2) 3.1rem;
  }
  .more summary {
    display: grid;
    grid-template-columns: auto 1fr;
    align-items: center;
    gap: var(--space-3);
    min-block-size: var(--target);
    line-height: 1.35;
    cursor: pointer;
    list-style: none;
  }
  .more summary::-webkit-details-marker {
    display: none;
  }
  .more[open] > summary svg {
    rotate: 180deg;
  }
  .more > .stack {
    padding-block: var(--space-3) var(--space-2);
  }
  .unit {
    display: flex;
    align-items: center;
    gap: var(--space-3);
    font-weight: var(--weight);
    white-space: nowrap;
  }
  .unit input {
    inline-size: 6rem;
  }
  .primary {
    min-block-size: 3.5rem;
    font-size: var(--text-l);
  }
  @container (min-width: 26rem) {
    .purpose {
      min-block-size: var(--target);
    }
    .purpose b {
      display: inline;
    }
    .language {
      grid-template-columns: 1fr 1fr;
      align-items: center;
    }
  }
`;
