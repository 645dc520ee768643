"""The OpenAPI document and a page to read it."""

from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse, JSONResponse

from blueprints.edge.routing import Router

router = Router(prefix="/v1", tags=["documentation"])

PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Actual API</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1b1b1b}
code{background:#f2f2f2;padding:.1rem .3rem;border-radius:.2rem} h2{border-bottom:1px solid #ddd;margin-top:2rem}
.method{display:inline-block;min-width:4.5rem;font-weight:700} li{margin:.4rem 0;list-style:none} ul{padding:0}
</style></head><body><h1>Actual API</h1>
<p>The contract is the <a href="openapi.json">OpenAPI document</a>; this page lists its operations.</p>
<main id="operations">Reading the document …</main>
<script>
fetch("openapi.json").then(answer => answer.json()).then(document_ => {
  const main = document.getElementById("operations"); main.textContent = "";
  const groups = new Map();
  const flat = Object.entries(document_.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => [path, method, operation]));
  for (const [path, method, operation] of flat) {
    const tag = (operation.tags || ["other"])[0];
    if (!groups.has(tag)) groups.set(tag, []);
    groups.get(tag).push([method.toUpperCase(), path, operation.description || operation.summary]);
  }
  for (const [tag, operations] of groups) {
    const heading = main.appendChild(document.createElement("h2")); heading.textContent = tag;
    const list = main.appendChild(document.createElement("ul"));
    for (const [method, path, text] of operations) {
      const item = list.appendChild(document.createElement("li"));
      const verb = item.appendChild(document.createElement("span"));
      verb.className = "method"; verb.textContent = method;
      item.appendChild(document.createElement("code")).textContent = path;
      item.appendChild(document.createElement("div")).textContent = text;
    }
  }
}).catch(error => { document.getElementById("operations").textContent = "Unable to read the document: " + error; });
</script></body></html>
"""


@router.get("/openapi.json", include_in_schema=False)
async def get_openapi_document(request: Request) -> JSONResponse:
    """The OpenAPI 3.1 document of this API."""
    document: dict[str, Any] = request.app.openapi()
    return JSONResponse(document)


@router.get("/docs", include_in_schema=False)
async def show_api_documentation() -> HTMLResponse:
    """The operations of this API, to be read by people."""
    return HTMLResponse(PAGE)
