"use strict";

const list = document.getElementById("todos");
const title = document.getElementById("title");
const notice = document.getElementById("notice");

/** Change the list; what the server refuses is shown until the next try. */
async function change(path, options) {
  const answer = await fetch(path, options);
  notice.textContent = answer.ok ? "" : (await answer.json()).error;
  return answer;
}

async function show() {
  const { todos } = await (await fetch("/get-todos")).json();
  list.replaceChildren(...todos.map(row));
}

function row(todo) {
  const item = document.createElement("li");
  const text = document.createElement("span");
  const button = document.createElement("button");
  text.textContent = todo;
  button.textContent = "Done";
  button.setAttribute("aria-label", `Done: ${todo}`);
  button.addEventListener("click", async () => {
    await change(`/remove-todo/${encodeURIComponent(todo)}`, { method: "DELETE" });
    await show();
  });
  item.append(text, button);
  return item;
}

document.getElementById("add").addEventListener("submit", async (event) => {
  event.preventDefault();
  const body = JSON.stringify({ todo: title.value });
  const answer = await change("/add-todo", {
    method: "POST", body, headers: { "Content-Type": "application/json" },
  });
  if (answer.ok) title.value = "";
  await show();
});

show();
