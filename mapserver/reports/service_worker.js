// The service worker of the report page: opens it without network, as it was kept there (report_offline.js). Keeps nothing itself.

const PAGE = "/report";
const PATIENCE_MS = 5_000; // a phone at the edge of the network would wait for a minute

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { pathname, origin } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  if (request.mode === "navigate" && pathname === PAGE) event.respondWith(pageOrKept(request));
  else if (pathname.startsWith("/static/")) event.respondWith(keptOrFetched(request));
});

/** The page as the server has it; as it was kept when the server does not answer soon. @param {Request} request */
async function pageOrKept(request) {
  const kept = await caches.match(PAGE, { ignoreVary: true });
  if (!kept) return fetch(request);
  const late = new Promise((done) => setTimeout(done, PATIENCE_MS, kept));
  return Promise.race([fetch(request).catch(() => kept), late]);
}

/** A file that never changes under its address. @param {Request} request */
async function keptOrFetched(request) {
  return (await caches.match(request, { ignoreVary: true })) ?? fetch(request);
}
