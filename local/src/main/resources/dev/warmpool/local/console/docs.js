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
    deepLinking: true,
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

show();
