// Asking the server's own API. A refusal is an error whose message is the server's sentence.

/** The server understood and said no, or could not be reached; `message` is a sentence for people, `details` for the page. */
export class Refused extends Error {
  /** @param {string} message @param {any} [details] */
  constructor(message, details = {}) {
    super(message);
    this.details = details;
    /** Whether nobody knows if the server heard it. */
    this.unreached = false;
  }
}

/**
 * The JSON answer. Throws Refused, or AbortError when `signal` aborts.
 * @param {string} method @param {string} path below /api/v1 @param {any} [body] JSON, or a File sent as it is
 * @param {AbortSignal} [signal]
 */
export async function ask(method, path, body, signal) {
  const isFile = body instanceof Blob;
  const answer = await reach(`/api/v1${path}`, {
    method,
    signal,
    headers: body === undefined || isFile ? {} : { "Content-Type": "application/json" },
    body: body === undefined || isFile ? body : JSON.stringify(body),
  });
  return read(answer);
}

async function reach(path, options) {
  try {
    return await fetch(path, options);
  } catch (error) {
    if (error.name === "AbortError") throw error;
    const refused = new Refused("The server cannot be reached; nothing was kept. Try again in a moment.");
    refused.unreached = true;
    throw refused;
  }
}

/** The JSON of an answer. Throws Refused. @param {Response} answer */
async function read(answer) {
  const said = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Refused(sentence(said.message ?? `The server answered ${answer.status}.`), said);
  return said;
}

/**
 * A list of the API to its end, page by page. Throws Refused.
 * @param {string} path below /api/v1
 */
export async function askAll(path) {
  const found = [];
  for (let next = `/api/v1${path}`; next; ) {
    const answer = await reach(next, {});
    found.push(...(await read(answer)));
    next = answer.headers.get("Link")?.match(/^<([^>]+)>; rel="next"$/)?.[1];
  }
  return found;
}

/** With a capital and a full stop, as people read it. @param {string} text */
export const sentence = (text) => text.charAt(0).toUpperCase() + text.slice(1) + (/[.!?]$/.test(text) ? "" : ".");
