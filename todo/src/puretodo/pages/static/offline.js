// Without a connection: what was opened can be read, and nothing can be changed.

import { root } from "api";
import { toast } from "notices";
import { t } from "words";

const page = document.documentElement;

export function mayChange() {
  if (navigator.onLine) return true;
  toast(t("offline"));
  return false;
}

function show() {
  document.querySelector(".banner")?.remove();
  page.toggleAttribute("data-offline", !navigator.onLine);
  for (const field of document.querySelectorAll(".adding input, .making input")) field.disabled = !navigator.onLine;
  if (navigator.onLine) return;
  const banner = Object.assign(document.createElement("p"), { className: "banner", textContent: t("offline") });
  banner.setAttribute("role", "status");
  document.querySelector(".bar")?.after(banner);
}

export async function keepForOffline() {
  for (const event of ["online", "offline"]) addEventListener(event, show);
  document.addEventListener("swapped", show);
  show();
  if (!navigator.serviceWorker || !navigator.onLine) return;
  const isKept = navigator.serviceWorker.controller;
  await navigator.serviceWorker.register(`${root}/sw.js`, { scope: `${root}/` });
  await navigator.serviceWorker.ready;
  if (!isKept) keepThis();
}

// The page that was there before the worker was.
async function keepThis() {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  const mayKeep = answer.ok && !/no-store/.test(answer.headers.get("Cache-Control"));
  if (mayKeep) await (await caches.open(`pages${root}`)).put(location.href, answer);
}

// Assets hold nothing of anybody.
export const forget = () => globalThis.caches?.delete(`pages${root}`);

addEventListener("submit", (event) => event.target.matches(".leaving") && forget());
