// Whether anyone stirs at this screen: what is only for hands fades when nobody has moved for a while.

const IDLE_MS = 4000;
const SIGNS = ["pointermove", "click", "keydown", "focusin"];

export class Stirring {
  readonly #turned: (idle: boolean) => void;
  #where: Window | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `turned`: told when someone stirs, and when nobody has for a while. */
  constructor(turned: (idle: boolean) => void) {
    this.#turned = turned;
  }

  watch(where: Window): void {
    this.#where = where;
    for (const sign of SIGNS) where.addEventListener(sign, this.#stir);
    this.#stir();
  }

  rest(): void {
    for (const sign of SIGNS) this.#where?.removeEventListener(sign, this.#stir);
    clearTimeout(this.#timer);
  }

  readonly #stir = (): void => {
    this.#turned(false);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#turned(true), IDLE_MS);
  };
}
