// The service worker: assets are kept, as their addresses tell their content; a page comes from
// the server if it can, else as it was last seen; of the interface nothing is kept.

const root = new URL(registration.scope).pathname;
const PAGES = `pages${root.slice(0, -1)}`;
const ASSETS = `assets${root.slice(0, -1)}`;
const MOST_PAGES = 60;
const offline = `${root}offline`;

async function prepare() {
  const answer = await fetch(offline, { cache: "reload" });
  const text = await answer.clone().text();
  const addresses = new Set(text.match(/[^"\s]*\/static\/[^"\s]+\.(?:css|js|svg)/g));
  const assets = await caches.open(ASSETS);
  const known = await assets.keys();
  for (const { url } of known) if (!addresses.has(new URL(url).pathname)) await assets.delete(url);
  await assets.addAll(addresses);
  await (await caches.open(PAGES)).put(offline, answer);
  await skipWaiting();
}

async function fromAssets(request) {
  const known = await caches.match(request);
  if (known) return known;
  const answer = await fetch(request);
  if (answer.ok) (await caches.open(ASSETS)).put(request, answer.clone());
  return answer;
}

async function fromServer(request) {
  try {
    const answer = await fetch(request);
    const mayKeep = answer.ok && !answer.redirected && !/no-store/.test(answer.headers.get("Cache-Control"));
    if (mayKeep) await keep(request, answer.clone());
    return answer;
  } catch {
    const options = { ignoreVary: true };
    return (await caches.match(request.url, options)) ?? (await caches.match(offline, options)) ?? Response.error();
  }
}

async function keep(request, answer) {
  const pages = await caches.open(PAGES);
  await pages.put(request.url, answer);
  const kept = await pages.keys();
  const old = kept.filter(({ url }) => new URL(url).pathname !== offline).slice(0, -MOST_PAGES);
  for (const each of old) await pages.delete(each);
}

addEventListener("install", (event) => event.waitUntil(prepare()));
addEventListener("activate", (event) => event.waitUntil(clients.claim()));

addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin || pathname.startsWith(`${root}api/`)) return;
  if (pathname.startsWith(`${root}static/`)) event.respondWith(fromAssets(request));
  else if (request.headers.get("Accept")?.includes("text/html")) event.respondWith(fromServer(request));
});
