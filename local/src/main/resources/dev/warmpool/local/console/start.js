"use strict";

/* Data from the runner is inserted as text, never as markup. */

const byId = (id) => document.getElementById(id);

function item(...parts) {
  const made = document.createElement("li");
  made.append(...parts);
  return made;
}

function code(text) {
  const made = document.createElement("code");
  made.textContent = text;
  return made;
}

function route(key) {
  const [method, path] = key.split(" ");
  if (method !== "GET" || !path || path.includes("{")) return item(code(key));
  const link = document.createElement("a");
  link.href = path;
  link.append(code(key));
  return item(link);
}

async function show() {
  const index = await (await fetch("/_local/about")).json();
  byId("contract").hidden = !index.contract;
  byId("routes").append(...(index.routes ?? []).map(route));
  byId("no-routes").hidden = Boolean(index.routes);
  byId("functions").append(
    ...(index.functions ?? []).map((fn) =>
      item(fn.name + ": ", code(`${index.invoke}/2015-03-31/functions/${fn.name}/invocations`))));
  byId("unapplied").append(...(index.unapplied ?? []).map((text) => item(text)));
  byId("left-out").hidden = !index.unapplied;
}

show().catch(() => {
  byId("no-routes").textContent = "The runner does not respond. Start it, then load this page again.";
  byId("no-routes").hidden = false;
});
