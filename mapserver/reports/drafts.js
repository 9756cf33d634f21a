// An inspector's reports on this phone until the server has them: in IndexedDB, each under its own `ref`. Sends nothing.

const DATABASE = "vanagas-reports";
const STORE = "reports";

/**
 * @typedef {"draft" | "waiting" | "refused"} ReportState
 * @typedef {{
 *   ref: string, user: string, state: ReportState, category: string, note: string, lat: string, lon: string,
 *   accuracy_m: string, seen_ms: number, photo: File | null, problem: string, photo_refused: boolean,
 * }} StoredReport `seen_ms` is this phone's time at which the report was begun.
 */

/** A new report. Its name is its own for good: however often it is sent, it is one report. @param {string} user @returns {StoredReport} */
export function newReport(user) {
  const bytes = [...crypto.getRandomValues(new Uint8Array(16))]; // randomUUID needs HTTPS, this does not
  const ref = bytes.map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const empty = { category: "", note: "", lat: "", lon: "", accuracy_m: "", photo: null, problem: "", photo_refused: false };
  return { ref, user, state: "draft", seen_ms: Date.now(), ...empty };
}

/** Whether nothing was said in it yet. @param {StoredReport} report */
export const isBlank = (report) => !report.category && !report.note && !report.photo;

export class Drafts {
  constructor() {
    /** False where the browser keeps nothing, as in a private window: then reports live as long as the page. */
    this.lasting = true;
    /** @type {Map<string, StoredReport>} */
    this.held = new Map();
    /** @type {IDBDatabase | null} */
    this.database = null;
  }

  /** Read what is kept. */
  async open() {
    try {
      const opening = indexedDB.open(DATABASE, 1);
      opening.onupgradeneeded = () => opening.result.createObjectStore(STORE, { keyPath: "ref" });
      this.database = await asked(opening);
      for (const report of await asked(storeOf(this.database, "readonly").getAll())) this.held.set(report.ref, report);
    } catch (error) {
      console.warn("reports are not kept by this browser:", error);
      this.lasting = false;
    }
  }

  /** The reports of a person, the oldest first. @param {string} user @returns {StoredReport[]} */
  of(user) {
    return [...this.held.values()].filter((report) => report.user === user).sort((a, b) => a.seen_ms - b.seen_ms);
  }

  /** Keep a report as it is now. @param {StoredReport} report */
  async keep(report) {
    this.held.set(report.ref, report);
    await this.write((store) => store.put({ ...report }));
  }

  /** Forget a report: the server has it, or nothing is in it. @param {string} ref */
  async forget(ref) {
    this.held.delete(ref);
    await this.write((store) => store.delete(ref));
  }

  /** @param {(store: IDBObjectStore) => IDBRequest} change */
  async write(change) {
    if (!this.lasting || !this.database) return;
    try {
      await asked(change(storeOf(this.database, "readwrite")));
    } catch (error) {
      console.warn("a report could not be kept by this browser:", error);
      this.lasting = false;
    }
  }
}

/** @param {IDBDatabase} database @param {IDBTransactionMode} mode */
const storeOf = (database, mode) => database.transaction(STORE, mode).objectStore(STORE);

/** The answer to a request of IndexedDB. @template T @param {IDBRequest<T>} request @returns {Promise<T>} */
function asked(request) {
  return new Promise((done, failed) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error);
  });
}
