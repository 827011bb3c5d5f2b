// Names of calls.

const ID_BYTES = 16;

/** The id of a new call: 128 random bits as base64url, 22 characters. */
export function newCallId(): string {
  const octets = crypto.getRandomValues(new Uint8Array(ID_BYTES));
  return btoa(String.fromCharCode(...octets))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}
