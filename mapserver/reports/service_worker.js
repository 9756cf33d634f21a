// The service worker of the report page: opens it without network, as it was kept there (report_offline.js). Keeps nothing itself.

const worker = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));
const PAGE = "/report";
const PATIENCE_MS = 5_000; // a phone at the edge of the network would wait for a minute

worker.addEventListener("install", () => worker.skipWaiting());
worker.addEventListener("activate", (event) => event.waitUntil(worker.clients.claim()));

worker.addEventListener("fetch", (event) => {
  const { request } = event;
  const { pathname, origin } = new URL(request.url);
  if (request.method !== "GET" || origin !== worker.location.origin) return;
  if (request.mode === "navigate" && pathname === PAGE) event.respondWith(pageOrKept(request));
  else if (pathname.startsWith("/static/")) event.respondWith(keptOrFetched(request));
});

/** The page as the server has it; as it was kept when the server does not answer soon. @param {Request} request */
async function pageOrKept(request) {
  const kept = await caches.match(PAGE, { ignoreVary: true });
  if (!kept) return fetch(request);
  /** @type {Promise<Response>} */
  const late = new Promise((done) => setTimeout(done, PATIENCE_MS, kept));
  return Promise.race([fetch(request).catch(() => kept), late]);
}

/** A file that never changes under its address. @param {Request} request */
async function keptOrFetched(request) {
  return (await caches.match(request, { ignoreVary: true })) ?? fetch(request);
}
