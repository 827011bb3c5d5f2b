// Which place of the curve somebody points to: a press, or a drag along it. A finger that goes up or down scrolls the page.

/** Within so many pixels a pointer means the highest; a finger is wider than a column, and a laugh may have but one. */
const REACH: Readonly<Record<string, number>> = { mouse: 4, pen: 6, touch: 10 };
/** A finger that moved less along the curve has not begun to drag: it may be about to scroll. */
const DRAG = 6;

type Pressed = Pick<PointerEvent, "clientX" | "pointerType" | "button" | "buttons">;

export class Pointing {
  #kind = "mouse";
  #downX: number | null = null;

  readonly #point: (x: number, reach: number) => void;

  /** `point` is told a place (clientX), and by how many pixels it may be off. */
  constructor(point: (x: number, reach: number) => void) {
    this.#point = point;
  }

  down({ clientX, pointerType, button }: Pressed): void {
    this.#kind = pointerType;
    this.#downX = button === 0 ? clientX : null;
  }

  move({ clientX, buttons }: Pressed): void {
    if (this.#downX === null || (buttons & 1) === 0) return;
    if (Math.abs(clientX - this.#downX) < DRAG) return;
    this.#downX = Number.NEGATIVE_INFINITY; // from now on it drags
    this.#point(clientX, 0);
  }

  /** Also when the page scrolls instead. */
  end(): void {
    this.#downX = null;
  }

  /** Comes after the end of a drag, too: where it ended is what was meant. */
  click({ clientX }: Pick<MouseEvent, "clientX">): void {
    this.#point(clientX, REACH[this.#kind] ?? 0);
  }
}
