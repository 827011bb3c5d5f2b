import { css } from "lit";

export const audienceStyles = css`
  .page {
    min-block-size: 100dvh;
  }
  header {
    display: flex;
    align-items: center;
    gap: var(--space-3);
    padding: var(--space-2) var(--space-3) var(--space-2) var(--space-4);
  }
  .where {
    flex: 1;
    display: flex;
    flex-wrap: wrap;
    align-items: baseline;
    column-gap: var(--space-3);
    min-inline-size: 0;
    line-height: 1.3;
    font-size: var(--text-s);
  }
  .name {
    overflow: hidden;
    color: var(--text-soft);
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .link {
    color: var(--text-soft);
  }
  .link[data-link="open"] {
    position: absolute;
    clip-path: inset(50%);
    inline-size: 1px;
    block-size: 1px;
    overflow: hidden;
  }
  .link[data-link="retrying"] {
    color: var(--accent);
  }
  main {
    position: relative;
    padding: 0 var(--space-4) var(--space-6);
  }
  .side {
    display: grid;
    gap: var(--space-4);
    max-inline-size: 34rem;
    margin-inline: auto;
  }
  .room {
    display: grid;
    justify-items: center;
    gap: var(--space-2);
    padding-block: var(--space-2) 0;
    text-align: center;
  }
  .room kuuki-air {
    inline-size: min(17rem, 62vw, 36vh);
    margin: var(--space-5) 0;
  }
  .room kuuki-sentence {
    min-block-size: 4.4em;
    display: grid;
    align-content: start;
    font-size: var(--text-l);
    position: relative;
  }
  .told {
    display: grid;
    justify-items: center;
    gap: var(--space-1);
    position: relative;
    min-inline-size: 0;
  }
  .word {
    display: flex;
    flex-wrap: wrap;
    justify-content: center;
    align-items: baseline;
    column-gap: 0.5em;
    min-block-size: 1.3em;
    font-size: var(--text-xl);
    line-height: 1.3;
  }
  .word span {
    color: var(--text-soft);
    font-variant-numeric: tabular-nums;
  }
  .word small {
    font-size: 0.7em;
  }
  .word.tapped span {
    font-size: 0.7em;
  }
  .word.old :is(b, span) {
    color: var(--text-faint);
  }
  /* Its place is kept: what is below must not move while it is pressed. */
  .rough {
    position: relative;
    min-block-size: 1lh;
  }
  .tapping {
    display: grid;
    gap: var(--space-3);
    position: relative;
  }
  .tapping h2 {
    font-size: var(--text-m);
  }
  h2 .hint {
    margin-inline-start: var(--space-2);
    font-weight: var(--weight);
  }
  .notice {
    border: 1px solid var(--accent);
    padding-block: var(--space-4);
  }
  .aside {
    display: flex;
    align-items: center;
    gap: var(--space-3);
  }
  .aside button {
    flex: none;
  }
  summary {
    display: inline-flex;
    align-items: center;
    gap: var(--space-2);
    min-block-size: var(--target);
    color: var(--text-soft);
    cursor: pointer;
    list-style: none;
  }
  summary::-webkit-details-marker {
    display: none;
  }
  details .stack {
    justify-items: start;
    padding-block: var(--space-2) var(--space-3);
  }
  .call {
    display: inline-flex;
    align-items: center;
    justify-self: start;
    min-block-size: var(--target);
    color: var(--text-soft);
    text-underline-offset: 0.3em;
  }
  .show {
    margin: 0 calc(-1 * var(--space-4)) var(--space-4);
    background: #000;
  }
  .show iframe {
    display: block;
    inline-size: 100%;
    aspect-ratio: 16 / 9;
    border: 0;
  }
  .with-show .room {
    grid-template-columns: 6.5rem 1fr;
    align-items: center;
    gap: var(--space-4);
    padding-block: 0;
    text-align: start;
  }
  .with-show .room kuuki-air {
    inline-size: 100%;
    margin: 0;
  }
  .with-show .room kuuki-sentence {
    font-size: var(--text-m);
  }
  .with-show .told {
    justify-items: start;
  }
  .with-show .word {
    justify-content: start;
    font-size: var(--text-l);
  }
  @media (min-width: 60rem) {
    .with-show main {
      display: grid;
      grid-template-columns: minmax(0, 1fr) 23rem;
      gap: var(--space-5);
      align-items: start;
      padding-inline: var(--space-5);
    }
    .with-show .show {
      position: sticky;
      inset-block-start: var(--space-4);
      display: grid;
      place-items: center;
      margin: 0;
      border-radius: var(--round);
      overflow: clip;
    }
    .with-show .show iframe {
      max-block-size: calc(100dvh - 6rem);
    }
    .page:not(.with-show) .side {
      max-inline-size: 60rem;
    }
  }
  @media (min-width: 60rem) {
    .page:not(.with-show) .side {
      grid-template-columns: minmax(0, 1fr) minmax(0, 27rem);
      column-gap: var(--space-7);
      align-items: start;
      max-inline-size: 76rem;
    }
    .page:not(.with-show) .side > * {
      grid-column: 2;
    }
    .page:not(.with-show) .side > .room {
      grid-column: 1;
      grid-row: 1 / span 8;
      position: sticky;
      inset-block-start: var(--space-4);
      min-block-size: min(80dvh, 44rem);
      align-content: center;
    }
    .page:not(.with-show) .room kuuki-air {
      inline-size: min(30rem, 54vh, 92%);
      margin-block: var(--space-6);
    }
    .page:not(.with-show) .room kuuki-sentence {
      font-size: var(--text-xl);
    }
  }
`;
