"""`python -m bench.consumer FILE`: one worker process, which calls the index's `store_events` as the host calls it.

It says `ready` once the index is loaded, waits for a line, works its share of the file and prints what it took as JSON.
The file is read as it goes, so that the process's memory is the product's own.
"""

import argparse
import asyncio
import json
import sys
import time
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import uvloop
from azure.functions.meta import Datum
from azure.functions.servicebus import ServiceBusMessageInConverter

from bench.memory import resident_mb
from devhost.environment.paths import ROOT
from devhost.host.configuration import read_host_settings
from devhost.host.index import IndexedFunction, load_index
from devhost.host.invocations import Invoker
from devhost.host.messages import Bodies

FUNCTION = "store_events"


def main() -> None:
    """Load the index, wait for the start, work."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path, help="messages, one a line")
    parser.add_argument("--share", type=int, default=0, help="which of the processes this is")
    parser.add_argument("--of", type=int, default=1, help="how many processes share the file")
    parser.add_argument("--batch", type=int, default=0, help="messages of one call (default: as host.json says)")
    arguments = parser.parse_args()
    batch = arguments.batch or read_host_settings(ROOT).batch_size
    function = next(function for function in load_index(ROOT) if function.name == FUNCTION)
    print("ready", flush=True)
    sys.stdin.readline()
    calls = islice(_calls(arguments.file, batch), arguments.share, None, arguments.of)
    print(json.dumps(uvloop.run(_work(function, calls))), flush=True)


async def _work(function: IndexedFunction, calls: Iterator[Sequence[bytes]]) -> dict[str, Any]:
    invoker, times, memory = Invoker(), list[float](), list[float]()
    began = time.process_time()
    binary = str(function.trigger.get("dataType")).upper() == "BINARY"
    for bodies in calls:
        started = time.perf_counter()
        await invoker.call(function, _received(bodies, binary=binary))
        times.append(time.perf_counter() - started)
        memory.append(resident_mb())
        await asyncio.sleep(0)
    return {"times": times, "memory": memory, "cpu_s": time.process_time() - began}


def _calls(path: Path, batch: int) -> Iterator[list[bytes]]:
    with path.open("rb") as lines:
        while bodies := [line.rstrip(b"\n") for line in islice(lines, batch)]:
            yield bodies


def _received(bodies: Sequence[bytes], *, binary: bool) -> object:
    """A batch as the worker's converter gives it to a function of cardinality MANY."""
    properties = json.dumps([{}] * len(bodies))
    metadata = {f"{name}Array": Datum(properties, "json") for name in ("UserProperties", "ApplicationProperties")}
    metadata["MessageIdArray"] = Datum(json.dumps([str(number) for number in range(len(bodies))]), "json")
    if binary:
        datum = Datum(Bodies(bytes=bodies), "collection_bytes")
    else:
        datum = Datum(Bodies(string=[body.decode() for body in bodies]), "collection_string")
    return ServiceBusMessageInConverter.decode(datum, trigger_metadata=metadata)


if __name__ == "__main__":
    main()
