// The field at the top: a line becomes a to-do, and what is understood of it is shown meanwhile.

import { call, inTurn } from "api";
import { count, field, isShown, listId, rove, rowWith } from "list";
import { toast } from "notices";
import { mayChange } from "offline";
import { fillRow, rowFor } from "row";
import { refresh } from "visit";
import { nearness, saidDay, t } from "words";

const MOST = 500;
const NEAR = 50;
const WAIT = 150;
const form = () => field().form;
const notice = (text = "") => (form().nextElementSibling.textContent = text);
// What the view it is typed in goes without saying: a tag, a day.
const withTag = (text) => `${form().elements.before?.value ?? ""} ${text}`.trim();
const ownDay = () => form().elements.due?.value;

let timer;
let asking;
let drafts = 0;

addEventListener("submit", (event) => {
  if (!event.target.matches(".adding")) return;
  event.preventDefault();
  const text = field().value.trim();
  if (!text || text.length > MOST || !mayChange()) return;
  field().value = "";
  typed();
  add(text);
});

addEventListener("input", (event) => event.target.matches(".new-todo") && typed());

async function add(text) {
  const draft = listId() && isShown(false) ? append(text) : null;
  if (listId()) count(1, 0);
  const list_id = +new URL(form().action).pathname.split("/").at(-2);
  const [line, due] = [withTag(text), ownDay()];
  const sent = inTurn(add, () => send(line, list_id, due));
  // What is done to the draft meanwhile waits until it has a number.
  const taken = inTurn(draft ?? {}, () => sent.then((todo) => accept(draft, todo, list_id)));
  await taken.catch((error) => giveBack(draft, text, error));
}

async function send(text, list_id, due) {
  const todo = await call("POST", "/quick-add", { text, list_id });
  return due && !todo.due ? call("PATCH", `/todos/${todo.id}`, { due }) : todo;
}

function append(text) {
  const row = rowFor({ id: `draft-${++drafts}`, version: "", title: text, done: false });
  row.classList.add("fresh");
  document.querySelector(".todo-list").append(row);
  rove();
  return row;
}

function accept(draft, todo, list_id) {
  if (draft && rowWith(todo.id)) draft.remove();
  else if (draft && todo.list_id === list_id) fillRow(draft, todo);
  if (todo.list_id !== list_id) {
    const name = document.querySelector(`.side [data-list="${todo.list_id}"] span`)?.textContent;
    toast(t("added_to", { list: name ?? "" }));
    draft?.remove();
  }
  if (!draft || todo.list_id !== list_id || (todo.due && nearness(todo.due) !== "ahead")) refresh();
}

function giveBack(draft, text, error) {
  draft?.remove();
  if (listId()) count(-1, 0);
  if (!field().value) field().value = text;
  notice(error.message && error.status ? error.message : t("refused"));
}

function typed() {
  const text = field().value;
  const left = MOST - text.length;
  const said = left <= NEAR ? t("characters_left", { n: left }) : "";
  form().querySelector(".left").textContent = said;
  notice(left < 0 ? t("too_long") : "");
  clearTimeout(timer);
  asking?.abort();
  if (!text.trim() || left < 0) return show([]);
  timer = setTimeout(ask, WAIT, text);
}

async function ask(text) {
  asking = new AbortController();
  const query = new URLSearchParams({ text: withTag(text) });
  try {
    show(chips(await call("GET", `/quick-add?${query}`, undefined, asking)));
  } catch {
    // Shown for convenience; adding will say what is wrong.
  }
}

function chips({ parts, due, list }) {
  const said = parts.map(({ kind, text }) => (kind === "list" ? list : kind === "due" ? saidDay(due) : text));
  if (due && !parts.some(({ kind }) => kind === "due")) said.push(saidDay(due));
  return said;
}

function show(texts) {
  const chip = (textContent) => Object.assign(document.createElement("span"), { className: "chip", textContent });
  form().querySelector(".understood").replaceChildren(...texts.map(chip));
}

export function focusOnDesktop() {
  if (matchMedia("(pointer: fine)").matches && !location.hash) field()?.focus();
}
