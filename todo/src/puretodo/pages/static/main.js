// Where the page comes alive: each module listens for itself, the rest begins here.

import { focusOnDesktop } from "adding";
import "dragging";
import "keyboard";
import { rove } from "list";
import { goLive } from "live";
import "mouse";
import { forget, keepForOffline } from "offline";
import { root } from "api";
import "search";
import { refresh } from "visit";
import { isoDay } from "words";

const page = document.documentElement;
const A_YEAR = 365 * 86400;

// The server counts days where the visitor is.
function tellZone() {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (page.dataset.zone !== zone)
    document.cookie = `tz=${zone}; path=${root || "/"}; max-age=${A_YEAR}; samesite=lax`;
  if (page.dataset.today !== isoDay(new Date())) refresh();
}

if ("seq" in page.dataset) {
  rove();
  focusOnDesktop();
  tellZone();
  document.addEventListener("visibilitychange", () => document.hidden || tellZone());
  goLive();
  keepForOffline().catch(() => {}); // without a worker nothing is kept, and all else works
} else if (document.querySelector("[data-login]")) forget();
