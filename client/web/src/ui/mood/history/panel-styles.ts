import { css } from "lit";

export const panelStyles = css`
  section {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--space-2);
  }
  .head {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--space-1) var(--space-5);
  }
  .head > button {
    margin-inline-start: auto;
  }
  .evening {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--space-2) var(--space-5);
  }
  @media (min-width: 60rem) {
    .evening:has(kuuki-biggest) {
      grid-template-columns: minmax(0, 1fr) 20rem;
    }
  }
  .spans {
    display: flex;
  }
  .spans button {
    padding-inline: var(--space-3);
    font-size: var(--text-s);
    font-weight: var(--weight);
  }
  .spans [aria-pressed="true"] {
    color: var(--text);
    text-decoration: underline;
    text-decoration-color: var(--accent);
    text-decoration-thickness: 2px;
    text-underline-offset: 0.4em;
  }
  .summary,
  .soft {
    color: var(--text-soft);
  }
  ol {
    display: flex;
    flex-wrap: wrap;
    gap: var(--space-1) var(--space-5);
    max-block-size: 8rem;
    overflow: auto;
    font-size: var(--text-s);
  }
  time {
    color: var(--text-soft);
    font-variant-numeric: tabular-nums;
  }
  .switch {
    display: flex;
    align-items: center;
    gap: var(--space-2);
    min-block-size: var(--target);
    font-weight: var(--weight);
    cursor: pointer;
  }
  .switch input {
    inline-size: 1.25rem;
    block-size: 1.25rem;
    margin: 0;
    accent-color: var(--accent);
  }
  small {
    font-size: inherit;
    color: var(--text-faint);
  }
`;
