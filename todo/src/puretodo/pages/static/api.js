// The JSON interface. It sends and reads; what an answer means is for others.

const page = document.documentElement;
export const root = page.dataset.root;

let underway = 0;
let sent = 0;
export const isSending = () => underway > 0;
export const timesSent = () => sent;

export class Refused extends Error {
  constructor(status, problem = {}) {
    super(problem.errors?.[0]?.detail ?? problem.detail ?? "");
    this.status = status;
  }
}

export async function call(method, path, body, { headers, signal } = {}) {
  const isChange = method !== "GET";
  underway += isChange;
  sent += isChange;
  try {
    const answer = await fetch(`${root}/api/v1${path}`, {
      method,
      signal,
      keepalive: isChange,
      headers: { Accept: "application/json", ...(body && { "Content-Type": "application/json" }), ...headers },
      body: body && JSON.stringify(body),
    });
    if (answer.status === 204) return null;
    const said = await answer.json().catch(() => ({}));
    if (!answer.ok) throw new Refused(answer.status, said);
    return said;
  } finally {
    underway -= isChange;
  }
}

// One after the other for each key, so that answers come in the order of what was done.
const turns = new WeakMap();

export function inTurn(key, act) {
  const turn = (turns.get(key) ?? Promise.resolve()).catch(() => {}).then(act);
  turns.set(key, turn);
  return turn;
}

// Settled when all that was begun for these keys has been answered.
export const allAnswered = (keys) => Promise.allSettled(keys.map((key) => turns.get(key)));

export const isLastTurn = (key, turn) => turns.get(key) === turn;
