import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Step } from "../../../src/core/call/generated";
import { SafetyCheck } from "../../../src/io/call/check";

beforeEach(() => void vi.spyOn(crypto.subtle, "digest"));
afterEach(() => void vi.restoreAllMocks());

/** All that was begun to be hashed is, and what follows from it has followed. */
async function hashed(): Promise<void> {
  const { results } = vi.mocked(crypto.subtle.digest).mock;
  for (let done = 0; done < results.length; done++) {
    await results[done]!.value;
    for (let step = 0; step < 10; step++) await Promise.resolve();
  }
  if (results.some(({ value }) => value === undefined)) throw new Error("nothing was hashed");
}

function print(octet: string): string {
  return `sha-256 ${Array.from({ length: 32 }, () => octet).join(":")}`;
}

function sides(seenByCaller = print("BB"), seenByCallee = print("AA")): { caller: SafetyCheck; callee: SafetyCheck } {
  const caller = new SafetyCheck("caller", { own: print("AA"), partner: seenByCaller }, () => undefined);
  const callee = new SafetyCheck("callee", { own: print("BB"), partner: seenByCallee }, () => undefined);
  return { caller, callee };
}

/** All steps, each lost once before it comes. */
async function exchange({ caller, callee }: ReturnType<typeof sides>): Promise<void> {
  const commit = await vi.waitUntil(() => caller.repeat());
  expect(callee.repeat()).toBeNull();
  callee.hear(commit.step, commit.octets);
  const nonce = callee.repeat()!;
  caller.hear(nonce.step, nonce.octets);
  expect(caller.repeat()).toBeNull();
  const again = callee.repeat()!;
  const reveal = caller.hear(again.step, again.octets)!;
  callee.hear(reveal.step, reveal.octets);
}

test("both see the same four words, though every step was lost once", async () => {
  const { caller, callee } = sides();
  expect([caller.words, callee.words]).toEqual([null, null]);
  await exchange({ caller, callee });
  await vi.waitUntil(() => caller.words && callee.words);
  expect(caller.words).toHaveLength(4);
  expect(callee.words).toEqual(caller.words);
  expect(callee.repeat()).toBeNull();
});

test("somebody between, with certificates of their own: the callee shows no words", async () => {
  const { caller, callee } = sides(print("CC"), print("DD"));
  await exchange({ caller, callee });
  await vi.waitUntil(() => caller.words);
  await hashed();
  expect(callee.words).toBeNull();
});

test("a nonce that was not committed to leads to no words, nor does a second one", async () => {
  const { caller, callee } = sides();
  const commit = await vi.waitUntil(() => caller.repeat());
  callee.hear(commit.step, commit.octets);
  callee.hear(Step.REVEAL, new Uint8Array(16));
  const nonce = callee.repeat();
  expect(nonce).toBeNull();
  await hashed();
  expect(callee.words).toBeNull();
});

test("nothing is revealed before there is a commitment, and steps of the own side mean nothing", () => {
  const { caller, callee } = sides();
  expect(caller.hear(Step.NONCE, new Uint8Array(16))).toBeNull();
  expect(caller.hear(Step.COMMIT, new Uint8Array(32))).toBeNull();
  expect(callee.hear(Step.REVEAL, new Uint8Array(16))).toBeNull();
  expect(callee.hear(Step.NONCE, new Uint8Array(16))).toBeNull();
});
