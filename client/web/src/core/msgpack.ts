// A bounded reader of the little msgpack that frames are made of: arrays, integers, bytes, nil.
// Anything else (floats, text, maps, booleans, extension types) and anything that is cut is a BadFrame.

/** Bytes that are not a frame. `reason` is static: safe to count. */
export class BadFrame extends Error {
  readonly reason: string;

  constructor(reason: string) {
    super(reason);
    this.reason = reason;
  }
}

export type Item = number | null | Uint8Array | readonly Item[];

/** The longest array of any frame, a mix, and its longest bytes: those of its waves. */
const ARRAY_MAX = 13;
const BYTES_MAX = 56;
/** A mix holds one array in the outer one; nothing is deeper. */
const DEPTH_MAX = 2;

/** The one item that fills `data` from its first to its last byte; raises BadFrame. */
export function read(data: Uint8Array): Item {
  const reader = new Reader(data);
  const item = reader.item(DEPTH_MAX);
  reader.end();
  return item;
}

class Reader {
  readonly #data: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(data: Uint8Array) {
    this.#data = data;
    this.#view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  }

  item(depth: number): Item {
    const type = this.#view.getUint8(this.#take(1));
    if (type <= 0x7f) return type;
    if (type >= 0xe0) return type - 0x100;
    if (type >= 0x90 && type <= 0x9f) return this.#array(type & 0x0f, depth);
    return this.#wide(type, depth);
  }

  end(): void {
    if (this.#at !== this.#data.length) throw new BadFrame("trailing");
  }

  #wide(type: number, depth: number): Item {
    const view = this.#view;
    switch (type) {
      case 0xc0:
        return null;
      case 0xc4:
        return this.#bytes(view.getUint8(this.#take(1)));
      case 0xc5:
        return this.#bytes(view.getUint16(this.#take(2)));
      case 0xc6:
        return this.#bytes(view.getUint32(this.#take(4)));
      case 0xcc:
        return view.getUint8(this.#take(1));
      case 0xcd:
        return view.getUint16(this.#take(2));
      case 0xce:
        return view.getUint32(this.#take(4));
      case 0xcf:
        return Number(view.getBigUint64(this.#take(8)));
      case 0xd0:
        return view.getInt8(this.#take(1));
      case 0xd1:
        return view.getInt16(this.#take(2));
      case 0xd2:
        return view.getInt32(this.#take(4));
      case 0xd3:
        return Number(view.getBigInt64(this.#take(8)));
      case 0xdc:
        return this.#array(view.getUint16(this.#take(2)), depth);
      case 0xdd:
        return this.#array(view.getUint32(this.#take(4)), depth);
      default:
        throw new BadFrame("type");
    }
  }

  #array(length: number, depth: number): Item[] {
    if (length > ARRAY_MAX || depth === 0) throw new BadFrame("length");
    const items: Item[] = [];
    for (let i = 0; i < length; i++) items.push(this.item(depth - 1));
    return items;
  }

  #bytes(length: number): Uint8Array {
    if (length > BYTES_MAX) throw new BadFrame("length");
    const at = this.#take(length);
    return this.#data.slice(at, at + length);
  }

  /** Where the next `count` bytes begin; they are there. */
  #take(count: number): number {
    const at = this.#at;
    if (at + count > this.#data.length) throw new BadFrame("cut");
    this.#at += count;
    return at;
  }
}
