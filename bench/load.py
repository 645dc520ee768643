"""`python -m bench.load URL FILE`: posts the file's bodies over a few connections and prints what it took as JSON.

A process and a bare HTTP/1.1 client of its own, so that what is measured is the product and not the client. Each line
of the file is a key, a space and a body; every connection posts the next body as soon as its last answer is complete,
or, with `--rate`, when its turn has come.
"""

import argparse
import asyncio
import json
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import uvloop


@dataclass(slots=True)
class Load:
    """What is posted where, and what came of it."""

    url: str
    lines: Iterator[bytes]
    until: float
    every_s: float
    began: float = field(default_factory=time.perf_counter)
    posted: int = 0
    latencies: list[float] = field(default_factory=list[float])
    answers: Counter[int] = field(default_factory=Counter[int])

    async def take(self) -> bytes | None:
        """The next request, at its time; None when time or bodies are over."""
        line = next(self.lines, None)
        due = self.began + self.posted * self.every_s
        self.posted += 1
        if line is None or max(due, time.perf_counter()) >= self.until:
            return None
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        key, _, body = line.rstrip(b"\n").partition(b" ")
        target = urlsplit(self.url)
        head = (
            f"POST {target.path} HTTP/1.1\r\nHost: {target.netloc}\r\nContent-Type: application/json\r\n"
            f"X-Actual-Api-Key: {key.decode()}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body

    async def run_connection(self) -> None:
        """Post over one connection until nothing is left."""
        target = urlsplit(self.url)
        reader, writer = await asyncio.open_connection(target.hostname, target.port)
        while request := await self.take():
            began = time.perf_counter()
            writer.write(request)
            status = await _answer(reader)
            self.latencies.append(time.perf_counter() - began)
            self.answers[status] += 1
        writer.close()


async def _answer(reader: asyncio.StreamReader) -> int:
    head = await reader.readuntil(b"\r\n\r\n")
    lines = head.lower().split(b"\r\n")
    length = next(int(line.partition(b":")[2]) for line in lines if line.startswith(b"content-length:"))
    await reader.readexactly(length)
    return int(head.split(maxsplit=2)[1])


async def _run(load: Load, connections: int) -> float:
    began = time.perf_counter()
    await asyncio.gather(*(load.run_connection() for _ in range(connections)))
    return time.perf_counter() - began


def main() -> None:
    """Post until the time is over."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    parser.add_argument("file", type=Path)
    parser.add_argument("--connections", type=int, default=4)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--rate", type=float, default=0.0, help="posts a second of all connections (default: no limit)")
    arguments = parser.parse_args()
    with arguments.file.open("rb") as lines:
        every_s = 1 / arguments.rate if arguments.rate else 0.0
        load = Load(arguments.url, lines, time.perf_counter() + arguments.seconds, every_s)
        wall_s = uvloop.run(_run(load, arguments.connections))
    print(json.dumps({"wall_s": wall_s, "latencies": load.latencies, "answers": load.answers}))


if __name__ == "__main__":
    main()
