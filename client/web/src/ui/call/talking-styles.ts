import { css } from "lit";

/* One screen, nothing to scroll to: the partner fills what the rest leaves. */
export const talkingLook = css`
  .talk {
    display: grid;
    grid-template-areas: "head head" "knock knock" "stage face" "controls face";
    grid-template-columns: minmax(0, 1fr) clamp(21rem, 26vw, 28rem);
    grid-template-rows: auto auto minmax(0, 1fr) auto;
    gap: 0 var(--space-4);
    block-size: 100dvh;
    min-block-size: 34rem;
    padding-inline: var(--space-5);
  }
  header {
    grid-area: head;
    display: flex;
    align-items: center;
    gap: var(--space-4);
    min-block-size: 4rem;
  }
  h1 {
    overflow: hidden;
    font-size: var(--text-l);
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .time {
    font-variant-numeric: tabular-nums;
  }
  .badge {
    display: inline-flex;
    align-items: center;
    gap: var(--space-2);
    color: var(--text-soft);
    font-size: var(--text-s);
    white-space: nowrap;
  }
  .badge[data-quality="poor"] {
    color: var(--warn);
  }
  .relayed {
    padding: 0.15rem 0.75rem;
    border: 1px solid var(--edge);
    border-radius: 999px;
  }
  header kuuki-languages {
    margin-inline-start: auto;
  }
  /* In the middle of the head, where there is one. */
  kuuki-call-room {
    grid-area: head;
    justify-self: center;
    align-self: center;
    max-inline-size: min(34rem, 46vw);
  }
  .knock {
    grid-area: knock;
    display: flex;
    flex-wrap: wrap;
    justify-content: space-between;
    align-items: center;
    gap: var(--space-2) var(--space-4);
    margin-block-end: var(--space-3);
    padding: var(--space-2) var(--space-2) var(--space-2) var(--space-5);
    border: 1px solid var(--accent);
    border-radius: var(--round-l);
    background: var(--surface);
  }
  kuuki-call-stage {
    grid-area: stage;
  }
  aside {
    grid-area: face;
    display: grid;
    align-content: start;
    gap: var(--space-5);
    min-block-size: 0;
    margin-block-end: var(--space-4);
    padding: var(--space-5);
    border-radius: var(--round-l);
    background: var(--surface);
    overflow: auto;
  }
  aside > * + * {
    padding-block-start: var(--space-4);
    border-block-start: 1px solid var(--line);
  }
  kuuki-call-controls {
    grid-area: controls;
    padding-block: var(--space-3) var(--space-4);
  }
  .more {
    display: grid;
    gap: var(--space-2);
  }
  .more button {
    justify-content: start;
    gap: var(--space-4);
    min-block-size: 3.25rem;
    border-color: transparent;
    background: var(--raised);
  }
  .more p {
    margin-block: var(--space-3) 0;
  }
  @media (min-width: 100rem) {
    aside {
      font-size: 1.125rem;
    }
  }
  @media (min-width: 60rem) and (max-height: 52rem) {
    aside {
      gap: var(--space-4);
      padding: var(--space-4) var(--space-5);
    }
  }
  @media (max-width: 60rem) {
    .talk {
      grid-template-areas: "head" "room" "knock" "stage" "face" "controls";
      grid-template-columns: minmax(0, 1fr);
      grid-template-rows: auto auto auto minmax(12rem, 1fr) auto auto;
      gap: 0;
      padding: 0;
    }
    header {
      gap: var(--space-3);
      min-block-size: 3.25rem;
      padding-inline: var(--space-4);
    }
    h1 {
      font-size: var(--text-m);
      margin-inline-end: auto;
    }
    header .long {
      display: none;
    }
    .time,
    .relayed {
      font-size: var(--text-s);
    }
    kuuki-call-room {
      grid-area: room;
      justify-self: stretch;
      max-inline-size: none;
      padding: 0 var(--space-4) var(--space-2);
    }
    .knock {
      margin-inline: var(--space-3);
      padding: var(--space-3);
    }
    .knock .row {
      gap: var(--space-2);
    }
    aside {
      gap: var(--space-2);
      margin: 0;
      padding: var(--space-3) var(--space-4);
      border-radius: 0;
      background: none;
    }
    aside > * + * {
      padding-block-start: var(--space-2);
    }
    kuuki-call-controls {
      padding: var(--space-2) var(--space-3) max(var(--space-3), env(safe-area-inset-bottom));
      border-block-start: 1px solid var(--line);
    }
  }
  /* A phone on its side. */
  @media (max-width: 60rem) and (orientation: landscape) {
    .talk {
      grid-template-areas: "head head" "room room" "knock knock" "stage face" "controls face";
      grid-template-columns: minmax(0, 1fr) 19rem;
      grid-template-rows: auto auto auto minmax(8rem, 1fr) auto;
      min-block-size: 20rem;
    }
  }
`;
