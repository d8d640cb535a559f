// Sends the forms of the page without reloading it. The server answers with the whole page, as it
// does without this script; what is new in it is taken over, here and in every other open tab.

const tabs = new BroadcastChannel("todos");
let queue = Promise.resolve();

document.addEventListener("submit", (event) => {
  event.preventDefault();
  const { target: form, submitter } = event;
  const address = submitter?.getAttribute("formaction") ?? form.getAttribute("action");
  const body = new URLSearchParams(new FormData(form, submitter));
  inTurn(() => submit(address, body));
});

tabs.addEventListener("message", refresh);
document.addEventListener("visibilitychange", () => document.hidden || refresh());

async function submit(address, body) {
  const done = await load(address, { method: "POST", body });
  if (!done) return;
  tabs.postMessage("changed");
  const field = find("title");
  if (field.value === body.get("title")) field.value = "";
}

function refresh() {
  inTurn(() => load("."));
}

// One after the other: if two answers overtook each other, the page would show the older one.
function inTurn(step) {
  queue = queue.then(step).catch((error) => find("notice").replaceChildren(error.message));
}

async function load(address, request) {
  const answer = await fetch(address, { ...request, headers: { Accept: "text/html" } }).catch(() => {
    throw new Error("The server does not answer. Is it running?");
  });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (!find("todos", page)) throw new Error(`The server has a problem (${answer.status}).`);
  show(page);
  return answer.ok;
}

function show(page) {
  const focused = document.activeElement.id;
  for (const id of ["count", "notice", "todos"]) {
    find(id).replaceChildren(...find(id, page).childNodes);
  }
  const { max, value } = find("progress", page);
  Object.assign(find("progress"), { max, value });
  if (focused) (find(focused) ?? find("todos")).focus();
}

function find(id, page = document) {
  return page.getElementById(id);
}
