import { css } from "lit";

/** Pixels beside and below the plot. */
export const LEFT = 46;
export const RIGHT = 12;
export const BOTTOM = 26;

/** Waves by their kind: a colour each, beside a shape each. */
export const waveLook = css`
  .wave,
  .stem {
    fill: var(--accent);
    stroke: var(--accent);
    stroke-width: 1;
    stroke-linejoin: round;
  }
  .laugh {
    fill: var(--air-core);
    stroke: var(--air-core);
  }
  .wow {
    fill: var(--calm);
    stroke: var(--calm);
  }
  .applause {
    fill: none;
    stroke: var(--text);
    stroke-width: 2;
  }
  @media (forced-colors: active) {
    .wave,
    .stem {
      fill: CanvasText;
      stroke: CanvasText;
    }
    .applause {
      fill: none;
    }
  }
  /* Whether a printer leaves the dark of the page out is not known: what is drawn brings its paper. */
  @media print {
    .chart svg,
    .kind svg,
    .kinds svg {
      background: #fff;
      print-color-adjust: exact;
    }
    .wave,
    .stem {
      fill: #000;
      stroke: #000;
    }
    .applause {
      fill: none;
    }
  }
`;

export const curveStyles = css`
  :host {
    min-inline-size: 0;
    overflow: clip;
  }
  .blank {
    block-size: 200px;
  }
  .chart {
    position: relative;
    cursor: crosshair;
    user-select: none;
    -webkit-user-select: none;
    -webkit-tap-highlight-color: transparent;
    touch-action: pan-y pinch-zoom;
  }
  svg {
    inline-size: auto;
    block-size: auto;
    stroke: none;
  }
  /* Seen by its focus alone: what it says is drawn. */
  .chart input[type="range"] {
    appearance: none;
    position: absolute;
    inset: 0 ${RIGHT}px ${BOTTOM}px ${LEFT}px;
    inline-size: auto;
    block-size: auto;
    min-block-size: 0;
    margin: 0;
    padding: 0;
    border: 0;
    border-radius: 4px;
    background: none;
    pointer-events: none;
  }
  input::-webkit-slider-thumb {
    appearance: none;
    inline-size: 1px;
    block-size: 1px;
    opacity: 0;
  }
  input::-moz-range-thumb {
    inline-size: 1px;
    block-size: 1px;
    border: 0;
    opacity: 0;
  }
  .readout {
    min-block-size: 2lh;
    padding-inline-start: ${LEFT}px;
    color: var(--text-soft);
    font-size: var(--text-s);
    font-variant-numeric: tabular-nums;
  }
  @media (min-width: 60rem) {
    .readout {
      min-block-size: 1lh;
    }
  }
  .tick {
    stroke: var(--edge);
    stroke-width: 1;
  }
  text {
    font-size: 0.8125rem;
    font-variant-numeric: tabular-nums;
  }
  .axis {
    fill: var(--text-soft);
  }
  .energy {
    fill: var(--calm);
    opacity: 0.2;
  }
  .band {
    fill: var(--accent);
    opacity: 0.28;
  }
  .most,
  .mean {
    stroke-linejoin: round;
    stroke-linecap: round;
  }
  .most {
    stroke: var(--accent);
    stroke-width: 1.5;
  }
  .mean {
    stroke: var(--air-core);
    stroke-width: 1;
    opacity: 0.75;
  }
  .mark {
    stroke: var(--text);
    stroke-width: 1;
    opacity: 0.7;
  }
  .word {
    fill: var(--text);
  }
  .cursor {
    stroke: var(--focus);
    stroke-width: 1.5;
    stroke-dasharray: 3 3;
  }
  .dot {
    fill: var(--ink);
    stroke: var(--focus);
    stroke-width: 2;
  }
  @media (forced-colors: active) {
    .most,
    .mean,
    .mark,
    .grid,
    .tick,
    .stem,
    .cursor,
    .dot {
      stroke: CanvasText;
    }
    .axis,
    .word {
      fill: CanvasText;
    }
    .band {
      fill: CanvasText;
    }
    .energy {
      fill: GrayText;
    }
    .dot {
      fill: Canvas;
    }
  }
  /* What is printed may have no colour. */
  @media print {
    .most,
    .mean,
    .mark,
    .grid,
    .tick,
    .cursor,
    .dot {
      stroke: #000;
    }
    .mean {
      stroke-dasharray: 4 2;
    }
    .grid {
      opacity: 0.3;
    }
    .axis,
    .word,
    .band {
      fill: #000;
    }
    .dot {
      fill: #fff;
    }
    .energy {
      fill: #000;
      opacity: 0.08;
    }
  }
`;
