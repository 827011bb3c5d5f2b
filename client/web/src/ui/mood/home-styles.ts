// How the first page looks: what it is and the three ways below each other on a phone, the ways side by side beyond.

import { css } from "lit";

export const homeLook = css`
  .page {
    position: relative;
    max-inline-size: 80rem;
    margin-inline: auto;
    padding: 0 clamp(1rem, 3vw, 2.5rem) var(--space-6);
  }
  header {
    position: relative;
    z-index: 1;
    display: flex;
    justify-content: space-between;
    align-items: center;
    padding-block: var(--space-2);
  }
  main {
    display: grid;
    gap: var(--space-5);
  }
  .hero {
    gap: var(--space-3);
    padding-block-start: var(--space-2);
  }
  .hero > :not(.light) {
    position: relative;
  }
  .light {
    position: absolute;
    inset-block-start: -2rem;
    inset-inline-end: 0;
  }
  .light kuuki-air {
    inline-size: 6.5rem;
  }
  .breath {
    font-size: var(--text-m);
  }
  .notice {
    display: grid;
    gap: var(--space-2);
    padding-inline-start: var(--space-4);
    border-inline-start: 2px solid var(--accent);
    color: var(--text-soft);
    font-size: var(--text-s);
    line-height: 1.45;
  }
  .refused {
    display: flex;
    gap: var(--space-2);
  }
  .refused svg {
    color: var(--warn);
  }
  .refused b {
    color: var(--warn);
    font-weight: var(--weight);
    white-space: nowrap;
  }
  .ways {
    position: relative;
    display: grid;
    gap: var(--space-3);
  }
  .panel {
    padding: var(--space-4);
  }
  a.panel {
    color: inherit;
    text-decoration: none;
  }
  summary,
  a.panel {
    display: grid;
    grid-template: "what act" auto "hint act" 1fr / minmax(0, 1fr) auto;
    column-gap: var(--space-4);
    row-gap: var(--space-1);
    cursor: pointer;
  }
  summary {
    list-style: none;
  }
  summary::-webkit-details-marker {
    display: none;
  }
  h2 {
    grid-area: what;
  }
  summary .hint,
  a .hint {
    grid-area: hint;
  }
  .act {
    grid-area: act;
    align-self: center;
  }
  .act > span {
    display: none;
  }
  summary:hover .act,
  a.panel:hover .act {
    background: var(--raised);
    border-color: var(--text-soft);
  }
  details[open] > summary .act svg {
    rotate: 180deg;
  }
  details[open] > summary .act {
    padding: 0;
  }
  details > kuuki-start {
    margin-block-start: var(--space-4);
  }
  .steps li {
    grid-template-rows: auto 1fr;
  }
  footer {
    display: flex;
    flex-wrap: wrap;
    gap: var(--space-2) var(--space-5);
    margin-block-start: var(--space-6);
    font-size: var(--text-s);
  }
  footer a {
    color: var(--text-soft);
  }
  @media (max-width: 34rem) {
    .act {
      padding: 0;
    }
  }
  @media (min-width: 60rem) {
    main {
      gap: var(--space-4);
    }
    .hero {
      grid-template: "light head notice" auto "light breath notice" 1fr / auto minmax(0, 1fr) minmax(0, 21rem);
      column-gap: var(--space-6);
      align-items: start;
    }
    .light {
      position: static;
      grid-area: light;
    }
    .light kuuki-air {
      inline-size: min(12rem, 24vh);
    }
    .breath {
      font-size: 1.125rem;
    }
    .notice {
      grid-area: notice;
    }
    .ways {
      grid-template-columns: repeat(3, minmax(0, 1fr));
      gap: var(--space-4);
    }
    .ways:has(details[open]) {
      grid-template-columns: minmax(0, 1fr) minmax(0, 1.7fr) minmax(0, 1fr);
      align-items: start;
    }
    .panel {
      padding: var(--space-5);
    }
    details:not([open]) > summary {
      block-size: 100%;
    }
    details:not([open]) > summary,
    a.panel {
      grid-template: "what" auto "hint" 1fr "act" auto / minmax(0, 1fr);
    }
    .act {
      justify-self: start;
      margin-block-start: var(--space-4);
    }
    details[open] > summary .act {
      margin: 0;
    }
    .act > span {
      display: inline;
    }
    details[open] > summary .act > span {
      display: none;
    }
  }
  @media (min-width: 90rem) and (min-height: 56rem) {
    .page {
      max-inline-size: 92rem;
    }
    .hero {
      grid-template-columns: auto minmax(0, 1fr) minmax(0, 24rem);
      gap: var(--space-4) var(--space-6);
      padding-block: var(--space-7) var(--space-6);
    }
    .light kuuki-air {
      inline-size: 17rem;
    }
    .notice {
      font-size: var(--text-m);
    }
    .steps {
      margin-block-start: var(--space-7);
    }
  }
`;
