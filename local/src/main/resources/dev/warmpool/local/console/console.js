"use strict";

/* Data from the runner is inserted as text, never as markup. */

const STATES = {
  INIT: ["starting", "the process starts and runs its init phase"],
  RUNNING: ["running", "runs a request"],
  IDLE: ["idle", "waits for a request, not frozen"],
  FROZEN: ["frozen", "stopped until the next request"],
  CHECKPOINT: ["at its snapshot", "initialised and stopped; the next request restores it"],
  RESTORED: ["restored", "being restored from its snapshot"],
  SHUTDOWN: ["shutting down", "told to terminate, may still close its resources"],
  ENDED: ["ended", "shut down as planned: unused for long, too old, or built anew"],
  TIMED_OUT: ["timed out", "stopped at the function's time-out"],
  FAILED_START: ["failed to start", "the process ended in its init phase"],
  LOST: ["crashed or killed", "the process ended by itself or by a signal"],
};

/* They look like LOST, which stands for them in the legend. */
const UNPLANNED = ["TIMED_OUT", "FAILED_START"];
const LOST_IN_LEGEND =
  "not planned: crashed, killed, timed out or failed to start; the lane says which";

const OUTCOMES = {
  FAILED: "failed",
  TIMED_OUT: "timed out",
  CRASHED: "crashed",
  FAILED_START: "failed to start",
  THROTTLED: "throttled",
};
const MAX_ROWS = 50;
const MAX_STATES = 400;
const MAX_REQUEST = 300;
const RECONNECT_MILLIS = 3000;

const lanes = new Map();
const requests = new Map();
const openLogs = new Set();
let functions = [];
let shownIndex;
let stream;
let lostAt;

const byId = (id) => document.getElementById(id);

function element(name, text, className) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  return made;
}

/* ---- buttons ---- */

function group(name, buttons) {
  const row = element("div", undefined, "group");
  const list = element("div");
  list.append(...buttons);
  row.append(element("h3", name), list);
  return row;
}

function words(label) {
  const text = label.replaceAll("-", " ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function sender(label, note, path, title) {
  const button = element("button", label);
  button.type = "button";
  button.title = "POST /_local/" + path;
  if (note) button.append(" ", element("small", note));
  button.addEventListener("click", () => send(button, path, title));
  return button;
}

/* A queue has a message to write, and what it holds now. */
function queueSender(name) {
  const form = element("form");
  const text = element("input");
  text.type = "text";
  text.placeholder = "message";
  text.setAttribute("aria-label", "Message to " + name);
  const button = element("button", "Send");
  button.append(" ", element("small", "to " + name));
  form.append(text, button);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (text.value) send(button, "queues/" + encodeURIComponent(name), "queue " + name, text.value);
  });
  return form;
}

async function send(button, path, title, body) {
  const began = performance.now();
  button.setAttribute("aria-busy", "true");
  byId("answer-title").textContent = title + ": waiting…";
  try {
    const answer = await fetch(path, { method: "POST", body });
    show(title, answer, await answer.text(), performance.now() - began);
  } catch {
    byId("answer-title").textContent = title + ": the runner does not respond";
    byId("answer-title").classList.add("bad");
    byId("answer-text").textContent = "Has it been stopped? Start it again; this page then reconnects.";
  } finally {
    button.removeAttribute("aria-busy");
  }
}

function show(title, answer, text, millis) {
  const json = parsed(text);
  const status = json && json.statusCode ? String(json.statusCode) : answer.ok ? "done" : "failed";
  const heading = byId("answer-title");
  heading.textContent = `${title}: ${status}, ${Math.round(millis)} ms`;
  heading.classList.toggle("bad", !answer.ok || Number(status) >= 500);
  const body = json && typeof json.body === "string" ? parsed(json.body) ?? json.body : json ?? text;
  byId("answer-text").textContent =
    typeof body === "string" ? body || "(no body)" : JSON.stringify(body, null, 2);
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function about() {
  const text = await (await fetch("about")).text();
  if (text === shownIndex) return; // a form keeps what was typed into it
  shownIndex = text;
  const index = JSON.parse(text);
  functions = (index.functions ?? []).map((fn) => fn.name);
  const groups = (index.functions ?? []).map((fn) => {
    const events = (index.events ?? [])
      .filter((event) => event.function === fn.name)
      .map((event) => sender(words(event.label), event.note, "events/" + encodeURIComponent(event.name), words(event.label)));
    const schedules = (index.schedules ?? [])
      .filter((schedule) => schedule.function === fn.name)
      .map((schedule) =>
        sender(schedule.name, "schedule, " + schedule.expression,
          "schedules/" + encodeURIComponent(schedule.name), "schedule " + schedule.name));
    return [fn.name, events.concat(schedules)];
  });
  const queues = (index.queues ?? []).map((queue) => [queue.name, [queueSender(queue.name)]]);
  const rows = groups.concat(queues).filter(([, buttons]) => buttons.length);
  byId("no-buttons").hidden = rows.length > 0;
  byId("buttons").replaceChildren(byId("no-buttons"), ...rows.map(([name, buttons]) => group(name, buttons)));
  byId("contract").hidden = !index.contract;
  arrange();
}

/* ---- lanes ---- */

function lane(message) {
  let found = lanes.get(message.lane);
  if (!found) {
    const row = element("div", undefined, "lane");
    row.setAttribute("role", "listitem");
    const head = element("div");
    const detail = element("p");
    const track = element("div", undefined, "track");
    head.append(element("b", message.function), ` #${message.number}`, detail);
    row.append(head, track);
    found = { row, detail, track, states: [], bars: [], connections: undefined, function: message.function, number: message.number };
    lanes.set(message.lane, found);
    arrange();
  }
  return found;
}

/* Sorts lanes by the template's order of functions, then by number, so that they keep their places. */
function arrange() {
  const order = [...lanes.values()].sort(
    (a, b) => functions.indexOf(a.function) - functions.indexOf(b.function) || a.number - b.number);
  byId("lanes").replaceChildren(...order.map((one) => one.row));
}

function onState(message) {
  const one = lane(message);
  one.states.push(message);
  if (one.states.length > MAX_STATES) one.states.shift();
}

function onConnections(counts) {
  for (const [key, one] of lanes) one.connections = counts[key];
}

function seconds(millis) {
  const whole = Math.max(0, Math.floor(millis / 1000));
  if (whole < 60) return `${whole} s`;
  const rest = whole % 60 ? ` ${whole % 60} s` : "";
  return `${Math.floor(whole / 60)} min${rest}`;
}

const isOver = (state) => ["ENDED", "LOST", ...UNPLANNED].includes(state.state);

function describe(one, at) {
  const last = one.states[one.states.length - 1];
  const parts = [`${STATES[last.state][0]} ${seconds(at - last.at)}`];
  if (isOver(last)) return `${STATES[last.state][0]} ${seconds(at - last.at)} ago`;
  if (one.connections !== undefined) {
    parts.push(one.connections === 1 ? "1 connection" : `${one.connections} connections`);
  }
  parts.push(`pid ${last.pid}`);
  return parts.join(" · ");
}

/* When the runner is gone, the time line stands still: nobody knows what its environments do. */
function draw() {
  const at = lostAt ?? Date.now();
  byId("no-lanes").hidden = lanes.size > 0;
  const range = Number(byId("range").value) * 1000;
  for (const [key, one] of lanes) {
    const last = one.states[one.states.length - 1];
    if (isOver(last) && at - last.at > 600000) {
      one.row.remove();
      lanes.delete(key);
      continue;
    }
    one.detail.textContent = describe(one, at);
    bars(one, at, range);
  }
}

/* Draws one bar for each visible state. Bars are reused from one drawing to the next. */
function bars(one, at, range) {
  const from = at - range;
  let used = 0;
  one.states.forEach((state, index) => {
    const end = index + 1 < one.states.length ? one.states[index + 1].at : at;
    if (end < from || (isOver(state) && end !== at)) return;
    const bar = one.bars[used] ?? element("i");
    if (!one.bars[used]) {
      one.bars.push(bar);
      one.track.append(bar);
    }
    used += 1;
    const left = (Math.max(state.at, from) - from) / range;
    bar.className = state.state;
    bar.style.left = `${left * 100}%`;
    bar.style.width = isOver(state) ? "3px" : `${((end - from) / range - left) * 100}%`;
    bar.title = `${STATES[state.state][0]}, ${end - state.at < 10000 ? `${end - state.at} ms` : seconds(end - state.at)}`;
  });
  one.bars.splice(used).forEach((bar) => bar.remove());
}

function axis() {
  const range = Number(byId("range").value);
  const ticks = [0, 0.25, 0.5, 0.75, 1].map((part) => {
    const tick = element("span", part === 1 ? "now" : `${seconds((1 - part) * range * 1000)} ago`);
    tick.style.left = `${part * 100}%`;
    return tick;
  });
  byId("axis").replaceChildren(...ticks);
}

/* ---- requests ---- */

function onInvocation(message) {
  byId("no-requests").hidden = true;
  let row = requests.get(message.id);
  if (!row) {
    row = requestRow();
    requests.set(message.id, row);
    byId("requests").prepend(row.tr);
    removeOldest();
  }
  fill(row, message);
  if (openLogs.delete(message.id)) row.details.open = true;
  filter(row);
  count();
}

/* A row whose log is open stays. */
function removeOldest() {
  if (requests.size <= MAX_ROWS) return;
  const oldest = [...requests].find(([, row]) => !row.details.open);
  if (oldest) {
    oldest[1].tr.remove();
    requests.delete(oldest[0]);
  }
}

function filter(row) {
  const text = [row.request.title, row.environment.textContent, row.result.textContent, row.log.textContent];
  const wanted = byId("filter").value.trim().toLowerCase();
  row.tr.hidden = !text.join("\n").toLowerCase().includes(wanted);
  if (row.wide) row.wide.hidden = row.tr.hidden;
}

function count() {
  const rows = [...requests.values()];
  const visible = rows.filter((row) => !row.tr.hidden).length;
  const text = byId("filter").value.trim() ? `${visible} of ${rows.length}` : "";
  if (byId("shown").textContent !== text) byId("shown").textContent = text;
}

function filterAll() {
  requests.forEach(filter);
  count();
}

const COLUMNS = [
  ["time", "Time", ""],
  ["request", "Request", "request"],
  ["environment", "Environment", ""],
  ["result", "Result", ""],
  ["start", "Start-up", "number"],
  ["duration", "Duration", "number"],
  ["trips", "Round trips", "number"],
];

function cellOf(label, kind) {
  const cell = element("td", undefined, kind);
  cell.setAttribute("role", "cell");
  cell.dataset.label = label;
  return cell;
}

function requestRow() {
  const tr = element("tr");
  tr.setAttribute("role", "row");
  const row = { tr };
  for (const [name, label, kind] of COLUMNS) {
    row[name] = cellOf(label, kind);
    tr.append(row[name]);
  }
  const cell = cellOf("Log", "log");
  const details = element("details");
  row.log = element("pre");
  row.log.tabIndex = 0;
  row.log.setAttribute("aria-label", "Log");
  row.log.setAttribute("role", "group");
  row.log.addEventListener("keydown", (event) => closeOnEscape(event, row));
  row.summary = element("summary", "log");
  row.summary.addEventListener("keydown", (event) => closeOnEscape(event, row));
  details.append(row.summary, row.log);
  cell.append(details);
  tr.append(cell);
  row.details = details;
  details.hidden = true;
  details.addEventListener("toggle", () => spread(row));
  return row;
}

function closeOnEscape(event, row) {
  if (event.key === "Escape" && row.details.open) {
    row.details.open = false;
    row.summary.focus();
  }
}

/* Shows an open log in a row of its own, in the table's full width. */
function spread(row) {
  row.wide?.remove();
  row.wide = undefined;
  if (row.details.open) {
    const cell = cellOf("Log", "log");
    cell.colSpan = 8;
    cell.append(row.log);
    row.wide = element("tr");
    row.wide.setAttribute("role", "row");
    row.wide.append(cell);
    row.tr.after(row.wide);
  }
}

function fill(row, message) {
  row.time.textContent = new Date(message.began).toLocaleTimeString();
  row.environment.textContent = message.lane ?? (message.function ? message.function + ", none free" : "");
  const request = message.request ?? "invoked directly";
  row.request.textContent = request.length > MAX_REQUEST ? request.slice(0, MAX_REQUEST) + "…" : request;
  row.request.title = request;
  const failed = OUTCOMES[message.outcome];
  row.result.textContent = failed ?? message.result ?? (message.outcome ? "done" : "running");
  row.result.classList.toggle("bad", Boolean(failed) || Number(message.result) >= 500);
  row.start.textContent = message.initMillis ? `${Math.round(message.initMillis)} ms` : "";
  row.duration.textContent = message.millis === undefined ? "" : `${message.millis.toFixed(1)} ms`;
  row.trips.textContent = message.roundTrips ? `≤ ${message.roundTrips}` : message.roundTrips ?? "";
  if (message.log !== undefined) {
    row.log.textContent = message.log;
    row.details.hidden = false;
  }
}

/* ---- the stream ---- */

/* A browser opens six connections to a host for all its pages: a page that is hidden holds none. */
function listen() {
  if (document.hidden || (stream && stream.readyState !== EventSource.CLOSED)) return;
  const link = byId("link");
  stream = new EventSource("stream");
  stream.onopen = () => {
    lostAt = undefined;
    about().catch(() => {});
    requests.forEach((row, id) => row.details.open && openLogs.add(id));
    lanes.clear();
    requests.clear();
    byId("lanes").replaceChildren();
    byId("requests").replaceChildren();
    link.textContent = "live";
    link.className = "live";
  };
  stream.onerror = () => {
    lostAt ??= Date.now();
    if (stream.readyState === EventSource.CLOSED) setTimeout(listen, RECONNECT_MILLIS);
    link.textContent = "the runner does not respond; reconnecting";
    link.className = "lost";
  };
  const on = (type, take) =>
    stream.addEventListener(type, (event) => take(JSON.parse(event.data)));
  on("state", onState);
  on("invocation", onInvocation);
  on("connections", onConnections);
}

function legend() {
  byId("legend").replaceChildren(
    ...Object.entries(STATES).filter(([state]) => !UNPLANNED.includes(state)).map(([state, [name, meaning]]) => {
      const item = element("li");
      item.append(element("i", undefined, state), state === "LOST" ? LOST_IN_LEGEND : `${name}: ${meaning}`);
      return item;
    }));
}

legend();
axis();
byId("range").addEventListener("change", () => { axis(); draw(); });
byId("filter").addEventListener("input", filterAll);
listen();
document.addEventListener("visibilitychange", () => {
  if (document.hidden) stream?.close();
  else listen();
});
setInterval(() => {
  if (!byId("pause").checked && !document.hidden) draw();
}, 250);
