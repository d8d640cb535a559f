// What people do to to-dos: shown at once, then sent, and taken back when it is refused.

import { allAnswered, call, inTurn, isLastTurn } from "api";
import { besideRow, count, field, focusRow, isDone, isShown, listId, nearestRow, rows, titleOf } from "list";
import { offerUndo, remember, say, toast } from "notices";
import { mayChange } from "offline";
import { fillRow, mark } from "row";
import { refresh } from "visit";
import { t } from "words";

const path = (row) => `/todos/${row.dataset.id}`;

export function refuse(error) {
  toast(error.message && error.status ? error.message : t("refused"));
  refresh();
}

// Until the answer is there the row has no version, and is never taken for the server's.
function send(row, act, refused = refuse) {
  row.dataset.version = "";
  const isCountedElsewhere = !listId() || row.querySelector(".due:not(.ahead)");
  const turn = inTurn(row, act);
  return turn.then((todo) => {
    if (todo && isLastTurn(row, turn)) take(row, todo);
    if (isCountedElsewhere) refresh();
    return todo;
  }, refused);
}

function take(row, todo) {
  if (row.classList.contains("editing")) row.dataset.version = todo.version;
  else fillRow(row, todo);
}

export function change(row, wanted, { headers, refused, before } = {}) {
  if (before) remember(() => inTurn(row, () => call("PATCH", path(row), before)).then(refresh, refuse));
  return send(row, () => call("PATCH", path(row), wanted, { headers }), refused);
}

export function toggle(row) {
  if (!mayChange()) return;
  const done = !isDone(row);
  const comesBack = row.querySelector(".repeat");
  show(row, done);
  change(row, { done }, { before: { done: !done } }).then(() => comesBack && refresh());
}

function show(row, done) {
  mark(row, done);
  if (listId() && !isShown(done)) leave(row);
  count(done ? -1 : 1, done ? 1 : -1);
}

export async function toggleAll(done) {
  if (!mayChange()) return;
  const all = rows();
  for (const row of all) {
    row.dataset.version = "";
    if (isDone(row) !== done) show(row, done);
  }
  try {
    await allAnswered(all);
    const changed = await call("POST", `/lists/${listId()}/toggle-all`, { done });
    const back = ({ id }) => call("PATCH", `/todos/${id}`, { done: !done });
    remember(() => Promise.all(changed.map(back)).then(refresh, refuse));
  } catch (error) {
    refuse(error);
  }
  refresh();
}

export function remove(row) {
  if (!mayChange()) return;
  const done = isDone(row);
  leave(row);
  count(done ? 0 : -1, done ? -1 : 0);
  offerUndo(t("deleted_one", { title: titleOf(row) }), () => inTurn(row, () => restore([+row.dataset.id])));
  send(row, () => call("DELETE", path(row)), (error) => error.status === 404 || refuse(error));
}

export async function clear() {
  if (!mayChange()) return;
  const gone = rows().filter(isDone);
  const hadFocus = document.activeElement.matches(".clear-completed");
  for (const row of gone) leave(row);
  count(0, -gone.length);
  if (hadFocus) rows().length ? focusRow(rows()[0]) : document.getElementById("main").focus();
  try {
    await allAnswered(gone);
    const ids = (await call("DELETE", `/lists/${listId()}/completed`)).map((each) => each.id);
    offerUndo(t("deleted_some", { n: ids.length }), () => restore(ids));
  } catch (error) {
    refuse(error);
  }
  refresh();
}

async function restore(ids) {
  await call("POST", "/todos/restore", { ids }).catch(refuse);
  await refresh();
}

// The focus goes to the neighbour, or to the field when there is none.
function leave(row) {
  const hadFocus = row.contains(document.activeElement);
  const next = nearestRow(row);
  row.remove();
  if (hadFocus) next ? focusRow(next) : field()?.focus();
}

export function move(row, step) {
  const other = besideRow(row, step);
  if (!listId() || !other || !mayChange()) return;
  other[step < 0 ? "before" : "after"](row);
  focusRow(row);
  settle(row);
}

export function settle(row) {
  const all = rows();
  const index = all.indexOf(row);
  say(t("moved", { title: titleOf(row), n: index + 1, of: all.length }));
  const after = () => (all[index - 1] ? +all[index - 1].dataset.id : null);
  send(row, () => call("POST", `${path(row)}/move`, { after: after() }));
}

export function moveToList(row, list, title) {
  const done = isDone(row);
  leave(row);
  count(done ? 0 : -1, done ? -1 : 0);
  const back = { list_id: listId() };
  const moveBack = () => inTurn(row, () => call("POST", `${path(row)}/move`, back)).then(refresh, refuse);
  offerUndo(t("moved_to", { list: title }), moveBack);
  send(row, () => call("POST", `${path(row)}/move`, { list_id: list })).then(refresh);
}
