import { css } from "lit";

export const pageLook = css`
  .page {
    position: relative;
    max-inline-size: 78rem;
    min-block-size: 100dvh;
    margin-inline: auto;
    padding: 0 clamp(1rem, 3vw, 2.5rem) var(--space-6);
  }
  .wide {
    max-inline-size: none;
    padding: 0;
  }
  header {
    display: flex;
    justify-content: space-between;
    align-items: center;
    padding-block: var(--space-3);
  }
  .room {
    margin-block-end: var(--space-4);
    padding: var(--space-3) var(--space-4);
    border-radius: var(--round-l);
    background: var(--surface);
  }
  .over {
    position: fixed;
    z-index: 10;
    inset: 0;
    background: var(--ink);
    overflow: auto;
  }
  .over kuuki-call-incoming {
    min-block-size: 100%;
    display: grid;
  }
  .closed {
    display: grid;
    align-content: center;
    justify-items: center;
    gap: var(--space-4);
    min-block-size: calc(100dvh - 12rem);
    text-align: center;
  }
  .closed h1 {
    font-size: var(--text-xxl);
  }
  .closed p {
    max-inline-size: 32rem;
    font-size: 1.125rem;
  }
  .closed .row {
    justify-content: center;
    margin-block-start: var(--space-4);
  }
`;
