// What others change, as it happens. One tab listens for all of this browser, and passes it on.

import { root } from "api";
import { rowWith, view } from "list";
import { idle, pause, refresh } from "visit";

const page = document.documentElement;
const name = `puretodo${root}`;
const others = new BroadcastChannel(name);
const LONGEST = 30000;
const JITTER = 120;

let source;
let seen = +page.dataset.seq;
let wait = 500;
let isStale = false;

// What this page shows already, because it was done here, is no news.
function isNews({ seq, todos, gone, lists, gone_lists: goneLists }) {
  if (seq <= +page.dataset.seq) return false;
  const isShown = (todo) => +rowWith(todo.id)?.dataset.version >= todo.version;
  return !todos.every(isShown) || gone.some(rowWith) || !lists.every(isCounted) || goneLists.some(entryOf);
}

const entryOf = (id) => document.querySelector(`.side [data-list="${id}"]`);

function isCounted({ id, title, open, done, archived }) {
  const here = view()?.dataset;
  if (+here?.list === id && (+here.open !== open || +here.done !== done)) return false;
  if (archived || "guest" in page.dataset) return !entryOf(id);
  const shown = [...(entryOf(id)?.querySelectorAll("span") ?? [])].map((each) => each.textContent);
  return shown[0] === title && +(shown[1] ?? 0) === open;
}

async function hear(change) {
  seen = Math.max(seen, change.seq);
  // A little apart, as all tabs of all people hear it at once.
  await pause(Math.random() * JITTER);
  await idle();
  if (!change.reload && !isNews(change)) return;
  if (document.hidden) isStale = true;
  else refresh();
}

// Hundreds of open tabs are hidden, most of them: each asks when somebody looks at it.
document.addEventListener("visibilitychange", () => {
  if (document.hidden || !isStale) return;
  isStale = false;
  refresh();
});

function tell(change) {
  hear(change);
  others.postMessage(change);
}

function listen() {
  source = new EventSource(`${root}/api/v1/events?after=${seen}`);
  source.addEventListener("open", () => (wait = 500));
  source.addEventListener("change", (event) => tell(JSON.parse(event.data)));
  source.addEventListener("reload", (event) => tell({ ...JSON.parse(event.data), reload: true }));
  source.addEventListener("error", () => {
    if (source?.readyState !== EventSource.CLOSED) return;
    refresh(); // which shows the login, if that is why
    setTimeout(listen, wait * (0.75 + Math.random() / 2));
    wait = Math.min(wait * 2, LONGEST);
  });
}

function stop() {
  source?.close();
  source = null;
}

// A page asks who listens whether it has missed something since it was made.
others.addEventListener("message", ({ data }) => {
  if (!("since" in data)) hear(data);
  else if (source && seen > data.since) others.postMessage({ reload: true, seq: seen });
});

export function goLive() {
  if (navigator.locks) {
    navigator.locks.request(name, () => new Promise(listen));
    others.postMessage({ since: seen });
  } else {
    const follow = () => (document.hidden ? stop() : source ?? listen());
    document.addEventListener("visibilitychange", follow);
    follow();
  }
  addEventListener("pageshow", (event) => event.persisted && refresh());
}
