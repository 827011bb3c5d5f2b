// Requests to our own server, and what it refuses.

import { RETRY_AFTER_MAX_MS } from "../core/generated";

/** The server said no, or nothing at all (`status` 0). `error` is the static reason, `message` is for people. */
export class Refused extends Error {
  readonly status: number;
  readonly error: string;
  /** What the server asked to wait before another try; 0 if it did not. */
  readonly retryAfterMs: number;

  constructor(status: number, error: string, message: string, retryAfterMs: number) {
    super(message);
    this.status = status;
    this.error = error;
    this.retryAfterMs = retryAfterMs;
  }
}

export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === "AbortError";
}

/** An answer of 200 to 299; else raises Refused, or AbortError when `init.signal` says so. */
export async function ask(path: string, init: RequestInit = {}): Promise<Response> {
  const answer = await reach(path, init);
  if (answer.ok) return answer;
  const { error = "", message = "" } = await problemIn(answer);
  throw new Refused(answer.status, error, message, retryAfterMs(answer));
}

/** How long the server asks to wait (Retry-After), in ms; 0 for a date, and for anything else that is no number. */
export function retryAfterMs(answer: Response): number {
  const askedMs = 1000 * Number(answer.headers.get("Retry-After") ?? 0);
  return Number.isFinite(askedMs) ? Math.min(Math.max(askedMs, 0), RETRY_AFTER_MAX_MS) : 0;
}

async function reach(path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(path, { cache: "no-store", credentials: "omit", ...init });
  } catch (error) {
    if (isAbort(error)) throw error;
    throw new Refused(0, "unreachable", "", 0);
  }
}

async function problemIn(answer: Response): Promise<{ error?: string; message?: string }> {
  try {
    return (await answer.json()) as { error?: string; message?: string };
  } catch {
    return {};
  }
}

/** The header that shows a link's secret, if there is one. */
export function withKey(key: string | null): Record<string, string> {
  return key === null ? {} : { Authorization: `Bearer ${key}` };
}
