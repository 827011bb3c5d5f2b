// The few shapes that pages are made of: buttons, fields, panels.

import { css } from "lit";

export const look = css`
  :host {
    display: block;
    font-family: var(--font);
    color: var(--text);
  }
  :host([hidden]),
  [hidden] {
    display: none !important;
  }
  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }
  h1,
  h2,
  h3,
  p,
  ul,
  ol,
  dl,
  dd,
  figure,
  fieldset {
    margin: 0;
    padding: 0;
    border: 0;
    min-inline-size: 0;
  }
  ul,
  ol {
    list-style: none;
  }
  h1,
  h2,
  h3 {
    font-weight: var(--weight-strong);
    line-height: 1.3;
    text-wrap: balance;
  }
  h2 {
    font-size: var(--text-l);
  }
  :lang(ja) {
    word-break: auto-phrase;
    line-break: strict;
  }
  svg {
    display: block;
    inline-size: 1.5em;
    block-size: 1.5em;
    flex: none;
    fill: none;
    stroke: currentcolor;
    stroke-width: 1.75;
    stroke-linecap: round;
    stroke-linejoin: round;
  }
  button,
  .button {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: var(--space-2);
    min-block-size: var(--target);
    min-inline-size: var(--target);
    padding: var(--space-2) var(--space-4);
    border: 1px solid var(--edge);
    border-radius: 999px;
    background: transparent;
    color: var(--text);
    font: inherit;
    font-weight: var(--weight-strong);
    line-height: 1.25;
    text-decoration: none;
    cursor: pointer;
    -webkit-tap-highlight-color: transparent;
    transition:
      background-color var(--quick) var(--ease),
      border-color var(--quick) var(--ease);
  }
  button:hover,
  .button:hover {
    background: var(--raised);
    border-color: var(--text-soft);
  }
  button[disabled] {
    opacity: 0.55;
    cursor: default;
  }
  .primary {
    border-color: var(--accent);
    background: var(--accent);
    color: var(--accent-ink);
  }
  .primary:hover {
    background: #ffd08d;
    border-color: #ffd08d;
  }
  .quiet {
    border-color: transparent;
    color: var(--text-soft);
  }
  .quiet:hover {
    color: var(--text);
    border-color: transparent;
  }
  .end {
    border-color: var(--end);
    background: var(--end);
    color: var(--end-ink);
  }
  :focus-visible {
    outline: 3px solid var(--focus);
    outline-offset: 3px;
  }
  :focus:not(:focus-visible),
  [tabindex="-1"]:focus {
    outline: none;
  }
  input:not([type="checkbox"], [type="radio"]),
  select {
    inline-size: 100%;
    min-block-size: 3rem;
    padding: var(--space-2) var(--space-4);
    border: 1px solid var(--edge);
    border-radius: var(--round);
    background: var(--ink);
    color: var(--text);
    font: inherit;
    font-weight: var(--weight);
  }
  legend {
    padding: 0;
  }
  input[aria-invalid="true"] {
    border-color: var(--warn);
  }
  label,
  legend {
    font-weight: var(--weight-strong);
  }
  .hint {
    color: var(--text-soft);
    font-size: var(--text-s);
  }
  .soft {
    color: var(--text-soft);
  }
  .warn {
    color: var(--warn);
  }
  .panel {
    padding: var(--space-5);
    border-radius: var(--round-l);
    background: var(--surface);
  }
  .unseen {
    position: absolute;
    inline-size: 1px;
    block-size: 1px;
    margin: -1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  .row {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--space-3);
  }
  .stack {
    display: grid;
    gap: var(--space-4);
  }
  .field {
    display: grid;
    gap: var(--space-2);
  }
  @media (prefers-contrast: more) {
    button,
    .panel {
      border: 1px solid var(--text);
    }
  }
  @media (forced-colors: active) {
    .primary {
      border-width: 3px;
    }
  }
`;
