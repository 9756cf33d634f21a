// Keeps the report page on the phone, so that it opens without network. Only where a browser allows it: over HTTPS.

const PAGE = "/report";
const PREFIX = "vanagas-report-";

/** Keep the page that is open and the files it was made of. What an older version left is forgotten afterwards. */
export async function keepPage() {
  if (!navigator.serviceWorker || !("caches" in window)) return;
  const version = new URL(import.meta.url).pathname.split("/")[2];
  await navigator.serviceWorker.register(new URL("./service_worker.js", import.meta.url), { scope: PAGE });
  const kept = await caches.open(PREFIX + version);
  const files = performance
    .getEntriesByType("resource")
    .map(({ name }) => new URL(name))
    .filter(({ origin, pathname }) => origin === location.origin && pathname.startsWith("/static/"));
  const wanted = [...new Set(files.map(({ pathname }) => pathname))];
  const known = await Promise.all(wanted.map((path) => kept.match(path, { ignoreVary: true })));
  await kept.addAll(wanted.filter((_, number) => !known[number]));
  const page = await fetch(PAGE);
  if (!page.ok || page.redirected) return;
  await kept.put(PAGE, page);
  await forget((name) => name !== PREFIX + version);
  document.body.dataset.kept = "yes";
}

/** Forget the page with what it says of who was signed in. */
export const forgetPage = () => forget(() => true);

/** @param {(name: string) => boolean} isOver */
async function forget(isOver) {
  if (!("caches" in window)) return;
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith(PREFIX) && isOver(name)).map((name) => caches.delete(name)));
}
