import { css } from "lit";

export const airStyles = css`
  :host {
    display: block;
    position: relative;
    aspect-ratio: 1;
    pointer-events: none;
    contain: layout style;
    container-type: inline-size;
  }
  i,
  .breath,
  .body,
  .rings,
  .rim,
  .seeds {
    position: absolute;
    inset: 0;
  }
  .breath,
  .body {
    will-change: transform;
  }
  /* What is seen to move, as in a laugh, moves smoothly; what drifts has a few steps a second: each step costs a frame. */
  .body,
  .rim {
    transition: transform var(--light) steps(5);
  }
  :host([swift]) :is(.body, .rim) {
    transition-timing-function: var(--ease);
  }
  /* No blend modes and no will-change: each layer would be composed by itself, also while it cannot be seen. */
  .layer {
    border-radius: 50%;
    opacity: 0;
    visibility: hidden;
  }
  :host([swift]) .layer {
    transition:
      opacity var(--light) linear,
      visibility var(--light) linear;
  }
  .mist {
    inset: -36%;
  }
  .mist.mid {
    background: radial-gradient(
      closest-side,
      rgb(214 200 246 / 0.6),
      rgb(176 158 226 / 0.46) 21%,
      rgb(140 122 206 / 0.27) 42%,
      rgb(112 98 184 / 0.12) 65%,
      rgb(100 88 170 / 0.04) 86%,
      rgb(100 88 170 / 0)
    );
  }
  .mist.cool {
    background: radial-gradient(
      closest-side,
      rgb(170 200 255 / 0.66),
      rgb(98 144 255 / 0.52) 21%,
      rgb(70 112 255 / 0.32) 42%,
      rgb(54 84 226 / 0.15) 65%,
      rgb(48 70 200 / 0.05) 86%,
      rgb(48 70 200 / 0)
    );
  }
  .mist.warm {
    background: radial-gradient(
      closest-side,
      rgb(255 214 140 / 0.7),
      rgb(255 168 72 / 0.54) 21%,
      rgb(255 126 44 / 0.33) 42%,
      rgb(236 88 34 / 0.16) 65%,
      rgb(214 70 34 / 0.055) 86%,
      rgb(214 70 34 / 0)
    );
  }
  .lobe {
    inset: -5%;
  }
  .one {
    background: radial-gradient(
      closest-side,
      rgb(255 196 120 / 0.85),
      rgb(255 160 90 / 0.5) 32%,
      rgb(240 120 60 / 0.16) 64%,
      transparent
    );
  }
  .two {
    background: radial-gradient(
      closest-side,
      rgb(140 172 255 / 0.85),
      rgb(96 130 255 / 0.5) 32%,
      rgb(70 90 230 / 0.16) 64%,
      transparent
    );
  }
  .soft {
    inset: 3%;
  }
  .soft.mid {
    background: radial-gradient(
      closest-side,
      rgb(226 214 252 / 0.74),
      rgb(212 197 246 / 0.74) 26%,
      rgb(190 172 236 / 0.66) 52%,
      rgb(150 132 214 / 0.36) 74%,
      rgb(120 104 196 / 0.08) 90%,
      rgb(120 104 196 / 0)
    );
  }
  .soft.cool {
    background: radial-gradient(
      closest-side,
      rgb(196 218 255 / 0.74),
      rgb(150 186 255 / 0.76) 26%,
      rgb(98 142 255 / 0.7) 52%,
      rgb(66 108 250 / 0.36) 74%,
      rgb(54 84 226 / 0.08) 90%,
      rgb(54 84 226 / 0)
    );
  }
  .soft.warm {
    background: radial-gradient(
      closest-side,
      rgb(255 226 172 / 0.76),
      rgb(255 200 122 / 0.78) 26%,
      rgb(255 164 72 / 0.72) 52%,
      rgb(250 118 44 / 0.38) 74%,
      rgb(232 84 36 / 0.08) 90%,
      rgb(232 84 36 / 0)
    );
  }
  .disc {
    inset: 13%;
  }
  .disc.mid {
    background: radial-gradient(
      closest-side,
      #fffdff,
      #efe7ff 40%,
      #cdbff2 76%,
      #a795e2 98%,
      rgb(167 149 226 / 0) 99.5%
    );
  }
  .disc.cool {
    background: radial-gradient(
      closest-side,
      #f7faff,
      #c2d6ff 40%,
      #80a8ff 76%,
      #4a78fa 98%,
      rgb(74 120 250 / 0) 99.5%
    );
  }
  .disc.warm {
    background: radial-gradient(
      closest-side,
      #fffdf4,
      #ffecbf 40%,
      #ffc873 76%,
      #ff9a3c 98%,
      rgb(255 154 60 / 0) 99.5%
    );
  }
  .outline {
    inset: 13%;
    border: 3px solid transparent;
    border-radius: 50%;
  }
  :host([standing="stale"]) .outline,
  :host([standing="over"]) .outline {
    border-color: var(--edge);
  }
  :host([standing="over"]) .outline {
    border-style: dotted;
  }
  :host([standing="empty"]) .outline {
    border-color: var(--line);
    background: radial-gradient(closest-side, rgb(201 184 232 / 0.5), rgb(160 142 214 / 0.12) 24%, transparent 46%);
  }
  .seeds {
    inline-size: 100%;
    block-size: 100%;
    overflow: visible;
    stroke: none;
  }
  .inner {
    stop-color: rgb(236 226 255 / 0.95);
  }
  .middle {
    stop-color: rgb(180 162 226 / 0.42);
  }
  .outer {
    stop-color: rgb(130 112 200 / 0);
  }
  .search {
    inset: 31%;
    border: 3px solid var(--line);
    border-block-start-color: var(--air-mid);
    border-radius: 50%;
    animation: drift 2.4s linear infinite;
  }
  .swell {
    inset: -14%;
    border-radius: 50%;
    background: radial-gradient(
      closest-side,
      rgb(255 236 206 / 0.62),
      rgb(255 222 178 / 0.42) 40%,
      rgb(255 206 150 / 0.16) 72%,
      rgb(255 200 140 / 0)
    );
    opacity: 0;
    visibility: hidden;
  }
  .rings i {
    border: max(2px, 0.5cqi) solid rgb(255 226 180);
    border-radius: 50%;
    opacity: 0;
  }
  .rings .smile {
    border-color: var(--tap-smile);
  }
  .rings .laugh {
    border: max(7px, 2.2cqi) double var(--tap-laugh);
  }
  .rings .wow {
    border: max(3px, 0.9cqi) dashed var(--tap-wow);
  }
  .rings .applause {
    border: max(6px, 2cqi) solid var(--tap-applause);
  }
  .you {
    inset: auto;
    inset-block-start: 85%;
    inset-inline-start: 15%;
    inline-size: max(9px, 2.4cqi);
    aspect-ratio: 1;
    margin: calc(max(9px, 2.4cqi) / -2);
    border-radius: 50%;
    background: var(--air-core);
    box-shadow: 0 0 max(8px, 3cqi) max(1px, 0.6cqi) rgb(255 226 180 / 0.75);
  }
  @keyframes drift {
    to {
      transform: rotate(1turn);
    }
  }
  @media (prefers-reduced-motion: reduce) {
    .search {
      animation: none;
    }
  }
  @media (forced-colors: active) {
    .outline {
      border-color: CanvasText;
    }
  }
`;
