// Asking the server's own API. A refusal is an error whose message is the server's sentence.

import { t } from "./messages.js";

/** @typedef {{message?: string, error?: string, number?: number, field?: string, asks?: Api.Question[]}} RefusalDetails what the server says beside its sentence, as it applies */

/** The server understood and said no, or could not be reached; `message` is a sentence for people, `details` for the page. */
export class Refused extends Error {
  /** @param {string} message @param {RefusalDetails} [details] */
  constructor(message, details = {}) {
    super(message);
    this.details = details;
    /** Whether nobody knows if the server heard it. */
    this.unreached = false;
  }
}

/**
 * The JSON answer. Throws Refused, or AbortError when `signal` aborts.
 * @param {string} method @param {string} path below /api/v1 @param {unknown} [body] JSON, or a File sent as it is
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

/** @param {string} path @param {RequestInit} options */
async function reach(path, options) {
  try {
    return await fetch(path, options);
  } catch (error) {
    if (isAbort(error)) throw error;
    const refused = new Refused(t("browser.server_unreachable"));
    refused.unreached = true;
    throw refused;
  }
}

/** The JSON of an answer. Throws Refused. @param {Response} answer */
async function read(answer) {
  const said = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Refused(sentence(said.message ?? t("browser.server_answered", { status: answer.status })), said);
  return said;
}

/**
 * A list of the API to its end, page by page. Throws Refused.
 * @param {string} path below /api/v1
 */
export async function askAll(path) {
  const found = [];
  /** @type {string | undefined} */
  let next = `/api/v1${path}`;
  while (next) {
    /** @type {Response} */
    const answer = await reach(next, {});
    found.push(...(await read(answer)));
    next = answer.headers.get("Link")?.match(/^<([^>]+)>; rel="next"$/)?.[1];
  }
  return found;
}

/** Whether a question was given up by who asked it. @param {unknown} error */
export const isAbort = (error) => error instanceof Error && error.name === "AbortError";

/** The sentence for people of what went wrong. @param {unknown} error */
export const messageOf = (error) => (error instanceof Error ? error.message : String(error));

/** With a capital and a full stop, as people read it. @param {string} text */
export const sentence = (text) => text.charAt(0).toUpperCase() + text.slice(1) + (/[.!?]$/.test(text) ? "" : ".");
