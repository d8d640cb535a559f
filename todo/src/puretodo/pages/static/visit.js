// Pages without leaving the page: what differs is taken over from the HTML that the server makes.
// A row that is the same stays the very element, with its focus; a row being edited is never touched.

import { isSending, root, timesSent } from "api";
import { rove, rows, rowWith } from "list";

const page = document.documentElement;
const LIVE = "[data-live]";
export const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));
const LEAVING = 5000;
let left = -LEAVING;
// Going elsewhere of our own would stop the browser from going where a form leads.
const isLeaving = () => performance.now() - left < LEAVING;
const isBusy = () => isSending() || isLeaving() || document.querySelector(".editing, .dragging");

addEventListener("beforeunload", () => (left = performance.now()));

export async function idle() {
  while (isBusy()) await pause(60);
}

let visits = 0;

export async function visit(address, { push = true, focus = true } = {}) {
  const number = ++visits;
  document.querySelector(".side:popover-open")?.hidePopover();
  while (isSending()) await pause(10);
  const next = await load(address).catch(() => null);
  if (number !== visits) return;
  if (!next) return location.assign(address);
  if (push) history[push === "replace" ? "replaceState" : "pushState"]({}, "", address);
  swap(next, ["#main", LIVE], focus);
  if (push === true) scrollTo(0, 0);
}

let isWanted = false;
let isRunning = false;

// The same page as it is now; as often as it is asked for, one request at a time.
export async function refresh() {
  isWanted = true;
  if (isRunning) return;
  isRunning = true;
  try {
    while (isWanted) {
      await idle();
      isWanted = false;
      const [number, sent] = [visits, timesSent()];
      const next = await load(location.href);
      if (number !== visits) continue;
      if (isBusy() || sent !== timesSent()) isWanted = true; // it may be older than what is shown
      else if (next) swap(next, [LIVE], false);
    }
  } catch {
    // Without a connection the page stays as it is.
  } finally {
    isRunning = false;
  }
}

async function load(address) {
  const answer = await fetch(address, { headers: { Accept: "text/html" } });
  const next = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (next.querySelector("#main") && next.querySelector("#act")) return next;
  if (isLeaving()) return null;
  if (answer.redirected) location.assign(answer.url);
  else if (answer.status === 404) location.assign(`${root}/`);
  return null;
}

function swap(next, parts, focus) {
  const focused = whereFocusIs();
  adoptRows(next);
  for (const part of parts)
    for (const old of document.querySelectorAll(part)) {
      const name = old.dataset.live;
      const fresh = next.querySelector(name ? `[data-live=${name}]` : part);
      if (fresh && old !== fresh) old.replaceWith(fresh);
    }
  Object.assign(page.dataset, next.documentElement.dataset);
  document.title = next.title;
  document.querySelector("#act [name=back]").value = next.querySelector("#act [name=back]").value;
  rove();
  putFocusBack(focused, focus);
  document.dispatchEvent(new Event("swapped"));
}

function adoptRows(next) {
  const isSameDay = next.documentElement.dataset.today === page.dataset.today;
  for (const row of next.querySelectorAll("main .todo")) {
    const old = rowWith(row.dataset.id);
    if (isSameDay && old?.dataset.version === row.dataset.version && !!old.querySelector(".from") === !!row.querySelector(".from"))
      row.replaceWith(old);
  }
}

function whereFocusIs() {
  const element = document.activeElement;
  const row = element.closest(".todo");
  if (row) return { element, row, index: rows().indexOf(row), path: `#${row.id} .${element.classList[0]}` };
  const href = element.getAttribute("href");
  const part = element.closest(LIVE)?.dataset.live; // a filter and a list beside it lead to the same
  const link = href && `${part ? `[data-live=${part}] ` : ""}[href="${CSS.escape(href)}"]`;
  return { element, path: element.id ? `#${element.id}` : link };
}

function putFocusBack({ element, row, index, path }, mayMove) {
  if (element.isConnected) return element.focus({ preventScroll: true });
  const same = path && document.querySelector(path);
  if (same) return same.focus({ preventScroll: true });
  if (row && !mayMove) return rows()[Math.min(index, rows().length - 1)]?.querySelector(".label").focus();
  if (mayMove) document.getElementById("main").focus({ preventScroll: true });
}

addEventListener("popstate", () => visit(location.href, { push: false }));

addEventListener("click", (event) => {
  const link = event.target.closest("a[href]");
  if (event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  if (!link || link.hasAttribute("download") || link.target || link.origin !== location.origin) return;
  const path = link.pathname.slice(root.length);
  if (!link.pathname.startsWith(`${root}/`) || /^\/(api|static|s)\//.test(path) || link.hash) return;
  event.preventDefault();
  visit(link.href);
});
