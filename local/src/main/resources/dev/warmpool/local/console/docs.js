"use strict";

/* With an authorizer, requests carry the first tenant's token until the user enters another. */
async function firstToken() {
  const answer = await fetch("/_local/tokens");
  return answer.ok ? Object.values(await answer.json())[0] : undefined;
}

async function show() {
  const token = await firstToken().catch(() => undefined);
  const page = SwaggerUIBundle({
    url: "/openapi.json",
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
