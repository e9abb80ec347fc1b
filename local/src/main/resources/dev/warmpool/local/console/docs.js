"use strict";

/* With an authorizer, requests carry the first tenant's token until the user enters another. */
async function firstToken() {
  const answer = await fetch("/_local/tokens");
  return answer.ok ? Object.values(await answer.json())[0] : undefined;
}

/* Without an authorizer nothing is asked for: the page shows no padlocks. */
function withoutSecurity(contract) {
  delete contract.security;
  delete contract.components?.securitySchemes;
  for (const path of Object.values(contract.paths ?? {})) {
    for (const operation of Object.values(path)) delete operation.security;
  }
  return contract;
}

const REGIONS = { ".information-container": "About the API", ".scheme-container": "Server" };
const HEADING_LEVELS = { H3: 2, H4: 3, H5: 4 };

function nameFor(field) {
  if (field.labels?.length && field.id !== "servers") return undefined;
  const row = field.closest("tr[data-param-name]");
  if (row) return row.dataset.paramName;
  if (field.id === "servers") return "Server";
  if (field.closest(".content-type-wrapper, .response-control-media-type, .body-param-content-type")) return "Media type";
  return field.tagName === "TEXTAREA" ? "Request body" : undefined;
}

/* Swagger UI leaves fields and regions without names and skips heading levels. */
function repair(page) {
  for (const heading of page.querySelectorAll("h3, h4, h5")) {
    heading.setAttribute("aria-level", HEADING_LEVELS[heading.tagName]);
  }
  for (const field of page.querySelectorAll("textarea, select, input")) {
    const name = !field.hasAttribute("aria-label") && nameFor(field);
    if (name) field.setAttribute("aria-label", name);
  }
  for (const code of page.querySelectorAll(".highlight-code pre, .curl-command pre")) code.tabIndex = 0;
  for (const [part, name] of Object.entries(REGIONS)) {
    page.querySelector(part)?.setAttribute("role", "region");
    page.querySelector(part)?.setAttribute("aria-label", name);
  }
}

/* Swagger UI has a dark scheme of its own, which is chosen by a class. */
function scheme() {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const apply = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
  dark.addEventListener("change", apply);
  apply();
}

async function show() {
  const token = await firstToken().catch(() => undefined);
  const answer = await fetch("/openapi.json");
  if (!answer.ok) {
    document.getElementById("contract").textContent =
      "The functions have no contract: GET /openapi.json answered " + answer.status + ".";
    return;
  }
  const contract = await answer.json();
  const page = SwaggerUIBundle({
    spec: token ? contract : withoutSecurity(contract),
    dom_id: "#contract",
    tryItOutEnabled: true,
    displayRequestDuration: true,
    defaultModelsExpandDepth: 0,
    validatorUrl: null,
    requestInterceptor: (request) => {
      if (token && !request.headers.Authorization) {
        request.headers.Authorization = "Bearer " + token;
      }
      return request;
    },
    onComplete: () => token && page.preauthorizeApiKey("bearer", token),
  });
}

scheme();
const contract = document.getElementById("contract");
new MutationObserver(() => repair(contract)).observe(contract, { childList: true, subtree: true });
show();
