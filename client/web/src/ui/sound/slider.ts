// What a slider looks like.

import { css } from "lit";

export const sliderLook = css`
  input[type="range"] {
    inline-size: 100%;
    min-inline-size: 0;
    min-block-size: var(--target);
    margin: 0;
    padding: 0;
    border: 0;
    border-radius: 999px;
    background: transparent;
    accent-color: var(--accent);
    cursor: pointer;
  }
`;
