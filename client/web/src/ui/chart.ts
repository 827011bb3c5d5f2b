// <kuuki-chart .story>: the last five minutes, drawn by uPlot, with the same told in words and in a table.
// Fetched only when someone opens it.

import { css, html, type TemplateResult, unsafeCSS } from "lit";
import UPlot from "uplot";
import plotStyles from "uplot/dist/uPlot.min.css?inline";
import { KuukiElement } from "./element";
import type { Past, RoomStory } from "./room";

const WINDOW_S = 300;
const EVERY_MS = 1000;
const WORDS_EVERY_MS = 15_000;
const HEIGHT = 190;
/** Seconds of history from which highs and lows are worth telling. */
const WORTH_A_SUMMARY = 45;

export class KuukiChart extends KuukiElement {
  static override properties = {
    ...KuukiElement.properties,
    story: { attribute: false },
    told: { state: true },
  };

  declare story: RoomStory;
  /** What words and table are made of; changes seldom, so that it can be read. */
  declare protected told: readonly Past[];

  #plot: UPlot | undefined;
  #timer: ReturnType<typeof setInterval> | undefined;
  #toldAt = Number.NEGATIVE_INFINITY;
  #observer: ResizeObserver | undefined;

  constructor() {
    super();
    this.told = [];
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#timer = setInterval(() => this.#refresh(), EVERY_MS);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.#timer);
    this.#observer?.disconnect();
    this.#plot?.destroy();
    this.#plot = undefined;
  }

  protected override willUpdate(changed: Map<string, unknown>): void {
    if (changed.has("story")) this.told = this.story?.past ?? [];
  }

  protected override render(): TemplateResult {
    const { stage } = this.words;
    const past = this.told;
    return html`<p class="summary">${past.length > 0 ? this.#summary(past) : stage.chartEmpty}</p>
      <p class="keys" aria-hidden="true"><span class="smiling">${stage.chartSmiling}</span><span class="energy">${stage.chartEnergy}</span></p>
      <div class="plot" aria-hidden="true"></div>
      <table class="unseen">
        <caption>${stage.chart}</caption>
        <thead>
          <tr><th scope="col">${stage.when}</th><th scope="col">${stage.chartSmiling}</th><th scope="col">${stage.chartEnergy}</th></tr>
        </thead>
        <tbody>${this.#byMinute(past).map(
          ({ ago, smiling, energy }) =>
            html`<tr><th scope="row">${stage.chartMinutesAgo(ago)}</th><td>${percent(smiling)} %</td><td>${percent(energy)} %</td></tr>`,
        )}</tbody>
      </table>`;
  }

  #summary(past: readonly Past[]): string {
    const { stage } = this.words;
    const now = past.at(-1) as Past;
    if (past.length < WORTH_A_SUMMARY) return stage.chartNow(percent(now.smiling));
    const low = past.reduce((least, point) => (point.smiling < least.smiling ? point : least));
    const high = past.reduce((most, point) => (point.smiling > most.smiling ? point : most));
    const ago = (point: Past) => stage.chartMinutesAgo(Math.round((now.atMs - point.atMs) / 60_000));
    return stage.chartSummary(percent(now.smiling), percent(low.smiling), percent(high.smiling), ago(low), ago(high));
  }

  #byMinute(past: readonly Past[]): { ago: number; smiling: number; energy: number }[] {
    const end = past.at(-1)?.atMs ?? 0;
    return [5, 4, 3, 2, 1, 0].flatMap((ago) => {
      const near = past.findLast(({ atMs }) => atMs <= end - ago * 60_000);
      return near ? [{ ago, smiling: near.smiling, energy: near.energy }] : [];
    });
  }

  protected override updated(changed: Map<string, unknown>): void {
    if (changed.has("language") && this.#plot) {
      this.#plot.destroy();
      this.#plot = undefined;
    }
    if (!this.#plot) this.#draw();
  }

  #draw(): void {
    const home = this.renderRoot.querySelector<HTMLElement>(".plot");
    if (!home) return;
    const token = (name: string) => getComputedStyle(this).getPropertyValue(name).trim();
    const axis = {
      stroke: token("--text-soft"),
      grid: { stroke: token("--line"), width: 1 },
      ticks: { show: false },
      font: `14px ${token("--font")}`,
    };
    const minutes = (at: number) => this.words.stage.chartMinutesAgo(Math.round(-at / 60));
    this.#plot = new UPlot(
      {
        width: home.clientWidth || 600,
        height: HEIGHT,
        legend: { show: false },
        cursor: { show: false },
        scales: { x: { time: false, range: () => [-WINDOW_S, 0] }, y: { range: () => [0, 100] } },
        axes: [
          {
            ...axis,
            splits: () => [-300, -240, -180, -120, -60, 0],
            values: (_, at) => at.map(minutes),
            space: 90,
            size: 36,
          },
          { ...axis, splits: () => [0, 50, 100], values: (_, at) => at.map((value) => `${value}%`), size: 56 },
        ],
        series: [
          {},
          {
            stroke: token("--accent"),
            width: 3,
            fill: "rgb(255 192 106 / 0.12)",
            points: { show: false },
            spanGaps: false,
          },
          { stroke: token("--calm"), width: 2, dash: [7, 5], points: { show: false }, spanGaps: false },
        ],
      },
      this.#columns(),
      home,
    );
    this.#observer?.disconnect();
    this.#observer = new ResizeObserver(() => this.#plot?.setSize({ width: home.clientWidth, height: HEIGHT }));
    this.#observer.observe(home);
  }

  /** Seconds before now, and the two curves in percent; a gap where nothing could be shown. */
  #columns(): [number[], (number | null)[], (number | null)[]] {
    const now = performance.now();
    const at: number[] = [];
    const smiling: (number | null)[] = [];
    const energy: (number | null)[] = [];
    let last: number | null = null;
    for (const point of this.story?.past ?? []) {
      if (last !== null && point.atMs - last > 4000) {
        at.push((last + 1000 - now) / 1000);
        smiling.push(null);
        energy.push(null);
      }
      at.push((point.atMs - now) / 1000);
      smiling.push(point.smiling * 100);
      energy.push(point.energy * 100);
      last = point.atMs;
    }
    return [at, smiling, energy];
  }

  #refresh(): void {
    this.#plot?.setData(this.#columns());
    const now = performance.now();
    if (now - this.#toldAt < WORDS_EVERY_MS && this.told.length > 1) return;
    this.#toldAt = now;
    this.told = this.story?.past ?? [];
  }

  static override styles = [
    ...KuukiElement.styles,
    unsafeCSS(plotStyles),
    css`
      :host {
        display: grid;
        gap: var(--space-2);
      }
      .summary {
        color: var(--text-soft);
      }
      .keys {
        display: flex;
        gap: var(--space-5);
        font-size: var(--text-s);
      }
      .keys span::before {
        content: "";
        display: inline-block;
        inline-size: 1.75em;
        margin-inline-end: 0.6em;
        vertical-align: middle;
        border-block-start: 3px solid var(--accent);
      }
      .keys .energy::before {
        border-block-start: 2px dashed var(--calm);
      }
      .plot {
        min-inline-size: 0;
        overflow: clip;
      }
    `,
  ];
}

function percent(share: number): number {
  return Math.round(share * 100);
}

export function defineChart(): void {
  if (!customElements.get("kuuki-chart")) customElements.define("kuuki-chart", KuukiChart);
}
