"""A tiny function app of every kind of trigger, which writes down what it saw in the folder `NOTES`."""

import asyncio
import json
import os
import time
import uuid
from pathlib import Path

import azure.functions as func

app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)
NOTES = Path(os.environ["NOTES"])


def note(kind: str, what: object) -> None:
    """Write one note, whole or not at all."""
    aside = NOTES / f"{uuid.uuid4()}.new"
    aside.write_text(json.dumps({"kind": kind, "what": what}))
    aside.rename(NOTES / f"{time.time_ns():020d}-{aside.stem}.json")


@app.route("v1/echo/{name}", methods=["GET", "POST"])
async def echo(req: func.HttpRequest, context: func.Context) -> func.HttpResponse:
    """Answer everything that the request carried."""
    seen = {
        "method": req.method,
        "url": req.url,
        "headers": dict(req.headers),
        "params": dict(req.params),
        "route": dict(req.route_params),
        "body": req.get_body().decode("latin-1"),
        "function": context.function_name,
    }
    return func.HttpResponse(json.dumps(seen), mimetype="application/json", headers={"X-One": "1"}, status_code=201)


@app.route("v1/echo/literal", methods=["GET"])
async def literal(req: func.HttpRequest) -> func.HttpResponse:
    """A literal wins over a parameter."""
    return func.HttpResponse("literal", headers={"Set-Cookie": "a=1; Path=/; HttpOnly"})


@app.route("v1/rest/{*path}", methods=["GET"])
def rest(req: func.HttpRequest) -> str:
    """A sync function; text is an answer too."""
    return req.route_params["path"]


@app.route("v1/plain", methods=["POST"])
async def plain(req: func.HttpRequest) -> func.HttpResponse:
    """As little as possible."""
    return func.HttpResponse(status_code=202)


@app.route("v1/empty", methods=["GET"])
async def empty(req: func.HttpRequest) -> func.HttpResponse:
    """No content."""
    return func.HttpResponse(status_code=204)


@app.route("v1/broken", methods=["GET"])
async def broken(req: func.HttpRequest) -> func.HttpResponse:
    """A bug."""
    raise RuntimeError("a secret detail")


@app.route("v1/guarded", methods=["GET"], auth_level=func.AuthLevel.FUNCTION)
async def guarded(req: func.HttpRequest) -> func.HttpResponse:
    """Needs a function key."""
    return func.HttpResponse("in")


@app.route("v1/owned", methods=["GET"], auth_level=func.AuthLevel.ADMIN)
async def owned(req: func.HttpRequest) -> func.HttpResponse:
    """Needs the master key."""
    return func.HttpResponse("in")


@app.route("v1/slow", methods=["GET"])
async def slow(req: func.HttpRequest) -> func.HttpResponse:
    """Takes as long as asked."""
    note("slow", "began")
    await asyncio.sleep(float(req.params["s"]))
    note("slow", "ended")
    return func.HttpResponse("slow")


@app.timer_trigger("timer", schedule="* * * * * *", use_monitor=False)
async def every_second(timer: func.TimerRequest) -> None:
    """Ticks."""
    note("every_second", timer.past_due)


@app.timer_trigger("timer", schedule="0 0 3 * * *")
async def nightly(timer: func.TimerRequest) -> None:
    """Comes once a day, and when it is fired."""
    note("nightly", timer.past_due)


@app.timer_trigger("timer", schedule="0 0 4 * * *")
async def failing(timer: func.TimerRequest) -> None:
    """Always fails."""
    raise RuntimeError("failing")


@app.service_bus_queue_trigger("message", queue_name="singles", connection="ServiceBusConnection", data_type="BINARY")
async def take_one(message: func.ServiceBusMessage) -> None:
    """Takes one message, in the way that its body asks."""
    body = json.loads(message.get_body())
    note(
        "take_one",
        {
            "id": message.message_id,
            "count": message.delivery_count,
            "mark": message.user_properties.get("mark"),
            "body": body,
        },
    )
    if "sleep" in body:
        await asyncio.sleep(body["sleep"])
        note("take_one", "slept")
    if message.delivery_count <= body.get("fail", 0):
        raise RuntimeError("again")


@app.service_bus_queue_trigger(
    "messages",
    queue_name="batches",
    connection="ServiceBusConnection",
    cardinality=func.Cardinality.MANY,
    data_type="BINARY",
)
async def take_many(messages: list[func.ServiceBusMessage]) -> None:
    """Takes a batch; fails as a whole when a first delivery asks for it."""
    note("take_many", [{"id": m.message_id, "count": m.delivery_count, "size": len(m.get_body())} for m in messages])
    if any(m.delivery_count == 1 and m.user_properties.get("mark") == "fail" for m in messages):
        raise RuntimeError("again")
