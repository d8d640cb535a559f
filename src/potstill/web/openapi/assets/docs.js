// Opens what is linked, finds, copies, and sends tried requests. The page reads without it.
"use strict";

const root = document.body.dataset.root;

function element(name, text, className) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  return made;
}

// -- what is linked is open ------------------------------------------------------------------------

function openTarget() {
  const name = decodeURIComponent(location.hash.slice(1));
  const target = name && document.getElementById(name);
  const details = target && target.querySelector(":scope > details.operation");
  if (details) {
    details.open = true;
    target.scrollIntoView();
  }
}
addEventListener("hashchange", openTarget);
openTarget();

// -- the list of operations ------------------------------------------------------------------------

const find = document.getElementById("find");
find.parentElement.hidden = false;
find.addEventListener("input", () => {
  const words = find.value.toLowerCase().split(/\s+/).filter(Boolean);
  for (const item of document.querySelectorAll("nav li")) {
    const id = item.firstElementChild.getAttribute("href").slice(1);
    const summary = document.getElementById(id).querySelector("summary").textContent;
    const text = (summary + " " + id).toLowerCase();
    item.hidden = !words.every((word) => text.includes(word));
  }
  for (const list of document.querySelectorAll("nav ul")) {
    const empty = !list.querySelector("li:not([hidden])");
    list.hidden = list.previousElementSibling.hidden = empty;
  }
});

// -- a request, as the form says it ------------------------------------------------------------------

function values(form, place) {
  const fields = [...form.querySelectorAll(`[data-place="${place}"]`)];
  return fields.filter((field) => field.value !== "" || field.required).flatMap((field) => {
    const all = "list" in field.dataset ? field.value.split(",").map((each) => each.trim()) : [field.value];
    return all.map((value) => [field.dataset.name, value]);
  });
}

function described(form) {
  let path = form.dataset.path;
  for (const [name, value] of values(form, "path")) {
    path = path.replace(`{${name}}`, () => encodeURIComponent(value).replaceAll("%2F", "/"));
  }
  const query = new URLSearchParams(values(form, "query")).toString();
  const headers = values(form, "header");
  const body = form.querySelector(".body");
  const made = { method: form.dataset.method, url: root + path + (query && "?" + query), headers };
  if (!body) return made;
  const type = body.dataset.type;
  if ("fields" in body.dataset) {
    const fields = [...body.querySelectorAll("input")].flatMap((input) =>
      input.type === "file"
        ? [...input.files].map((file) => [input.name, file])
        : input.value !== "" || input.required ? [[input.name, input.value]] : []);
    return { ...made, type, fields };
  }
  return { ...made, type, text: body.querySelector("textarea").value };
}

function fetched(request) {
  const headers = new Headers(request.headers);
  let body = null;
  if (request.fields && request.type === "multipart/form-data") {
    body = new FormData();
    for (const [name, value] of request.fields) body.append(name, value);
  } else if (request.fields) {
    body = new URLSearchParams(request.fields);
  } else if (request.text) {
    body = request.text;
    headers.set("Content-Type", request.type);
  }
  return fetch(request.url, { method: request.method, headers, body, cache: "no-store", redirect: "follow" });
}

// -- the same for a shell ------------------------------------------------------------------------------

function quoted(text) {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : "'" + text.replaceAll("'", "'\\''") + "'";
}

function compact(text) {
  try { return JSON.stringify(JSON.parse(text)); } catch { return text; }
}

function curl(request) {
  const lines = [`curl${request.method === "GET" ? "" : " -X " + request.method} ${quoted(location.origin + request.url)}`];
  for (const [name, value] of request.headers) lines.push("-H " + quoted(`${name}: ${value}`));
  if (request.fields) {
    const isMultipart = request.type === "multipart/form-data";
    for (const [name, value] of request.fields) {
      const option = value instanceof File ? "-F " : isMultipart ? "--form-string " : "--data-urlencode ";
      lines.push(option + quoted(`${name}=${value instanceof File ? "@" + value.name : value}`));
    }
  } else if (request.text) {
    lines.push("-H " + quoted("Content-Type: " + request.type), "--data-raw " + quoted(compact(request.text)));
  }
  return lines.join(" \\\n  ");
}

// -- what came back --------------------------------------------------------------------------------------

const TEXTUAL = /^(text\/|application\/([\w.+-]+\+)?(json|xml)|application\/(javascript|x-www-form-urlencoded))/;

async function shown(response, milliseconds) {
  const parts = [];
  const line = element("p");
  const status = element("span", String(response.status), "status s" + String(response.status)[0]);
  line.append(status, ` ${response.statusText} `, element("span", `${Math.round(milliseconds)} ms`, "aside"));
  parts.push(line);
  const type = response.headers.get("Content-Type") || "";
  const data = await response.arrayBuffer();
  if (data.byteLength && TEXTUAL.test(type)) {
    const text = new TextDecoder().decode(data);
    const pre = element("pre");
    pre.tabIndex = 0;
    pre.append(element("code", /json/.test(type) ? pretty(text) : text));
    parts.push(pre);
  } else {
    parts.push(element("p", data.byteLength ? `${data.byteLength} bytes of ${type || "no named type"}` : "No content.", "aside"));
  }
  const details = element("details");
  details.append(element("summary", "Header fields"));
  const fields = [...response.headers].map(([name, value]) => `${name}: ${value}`).join("\n");
  const pre = element("pre");
  pre.append(element("code", fields));
  details.append(pre);
  parts.push(details);
  return parts;
}

function pretty(text) {
  try { return JSON.stringify(JSON.parse(text), null, 2); } catch { return text; }
}

for (const form of document.querySelectorAll("form.try")) {
  form.hidden = false;
  const result = form.querySelector(".result");
  const button = form.querySelector("[type=submit]");
  const code = form.parentElement.querySelector(".curl code");
  const command = () => { code.textContent = curl(described(form)); };
  form.addEventListener("input", command);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    button.disabled = true;
    const began = performance.now();
    try {
      const response = await fetched(described(form));
      result.replaceChildren(...await shown(response, performance.now() - began));
    } catch (error) {
      result.replaceChildren(element("p", `No answer: ${error.message}`, "required"));
    } finally {
      button.disabled = false;
    }
  });
}

for (const button of document.querySelectorAll(".copy")) {
  if (!navigator.clipboard) break;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.parentElement.querySelector("code").textContent);
    button.textContent = "Copied";
    setTimeout(() => { button.textContent = "Copy"; }, 1500);
  });
}
