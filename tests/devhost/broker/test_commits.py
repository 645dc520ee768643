"""Group commit, from inside: nobody hears of an operation before the disk has it."""

import asyncio
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from devhost.broker.commits import Commits, now_ms
from devhost.broker.messages import Arrival
from devhost.broker.queues import QueueSettings
from devhost.broker.store import Store

QUEUE = QueueSettings("work", lock_ms=60_000, max_delivery_count=10, duplicate_window_ms=60_000)


class SlowDisk(Store):
    """A store whose commits wait until the disk is let go, and fail while it is full."""

    def __init__(self, data: Path) -> None:
        super().__init__(data, {QUEUE.name: QUEUE})
        self.let_go = threading.Event()
        self.is_full = False
        self.commits = 0

    def commit(self) -> None:
        """Wait for the disk."""
        assert self.let_go.wait(10)
        if self.is_full:
            message = "database or disk is full"
            raise sqlite3.OperationalError(message)
        self.commits += 1
        super().commit()


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SlowDisk]:
    """A store in a folder of its own."""
    made = SlowDisk(tmp_path)
    yield made
    made.close()


class Senders:
    """Operations that add messages, and what was heard of them."""

    def __init__(self, disk: SlowDisk, commits: Commits) -> None:
        self.disk = disk
        self.commits = commits
        self.settled: list[str] = []
        self.refused: list[str] = []

    def send(self, *names: str) -> None:
        """Submit one operation for each message."""
        for name in names:
            self.commits.submit(
                lambda name=name: self.disk.add(QUEUE.name, [Arrival(b"", name, None)], at=now_ms()),
                then=lambda _sequences, name=name: self.settled.append(name),
                failed=lambda name=name: self.refused.append(name),
            )

    async def come_to_rest(self) -> None:
        """Let the disk go and return when everything submitted was heard of."""
        self.disk.let_go.set()
        await self.commits.stop()


def a_commits(disk: SlowDisk) -> Commits:
    """Group commit over a store, with nobody who waits for messages."""
    return Commits(disk, on_committed=lambda _replenished: None)


class TestSubmit:
    async def test_is_not_heard_of_before_the_commit(self, disk: SlowDisk) -> None:
        senders = Senders(disk, a_commits(disk))
        senders.send("one")
        await asyncio.sleep(0.05)
        heard_before = list(senders.settled)
        await senders.come_to_rest()

        assert heard_before == []
        assert senders.settled == ["one"]

    async def test_shares_the_commit_of_its_instant(self, disk: SlowDisk) -> None:
        senders = Senders(disk, a_commits(disk))
        names = [str(number) for number in range(100)]
        senders.send(*names)
        await senders.come_to_rest()

        assert senders.settled == names
        assert disk.commits == 1

    async def test_gathers_while_a_commit_is_under_way(self, disk: SlowDisk) -> None:
        senders = Senders(disk, a_commits(disk))
        senders.send("first")
        await asyncio.sleep(0.02)
        for number in range(50):
            senders.send(str(number))
            await asyncio.sleep(0)
        await senders.come_to_rest()

        assert len(senders.settled) == 51
        assert disk.commits == 2

    async def test_is_refused_and_undone_when_the_commit_fails(self, disk: SlowDisk) -> None:
        senders = Senders(disk, a_commits(disk))
        disk.is_full = True
        senders.send("one", "two")
        await senders.come_to_rest()

        assert (senders.settled, senders.refused) == ([], ["one", "two"])
        disk.begin()
        assert disk.peek(QUEUE.name, since=0, limit=10) == []
        disk.rollback()

    async def test_works_again_after_a_failure(self, disk: SlowDisk) -> None:
        disk.let_go.set()
        senders = Senders(disk, a_commits(disk))
        disk.is_full = True
        senders.send("one")
        await asyncio.sleep(0.05)
        disk.is_full = False
        senders.send("one")
        await senders.come_to_rest()

        assert (senders.refused, senders.settled) == (["one"], ["one"])
