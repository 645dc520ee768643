"""The crew's day as a table for people."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from devhost.demo.plan import TIMEZONE

COLUMNS = ("Worker", "from", "to", "on site", "yard", "travel", "stop", "unknown", "PROVEN", "POSSIBLE")
TOTALS = ("on_site_s", "yard_s", "travel_s", "stop_s", "unknown_s", "proven_s", "possible_s")


def clock(text: str) -> str:
    """An instant as the local clock showed it, to the minute."""
    return exact_clock(text)[: -len(":00")]


def exact_clock(text: str) -> str:
    """An instant as the local clock showed it, to the second."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC).astimezone(ZoneInfo(TIMEZONE)).strftime("%H:%M:%S")


def hours(seconds: int) -> str:
    """Seconds as hours and minutes, cut down; a dash for none."""
    return f"{seconds // 3600}:{seconds % 3600 // 60:02d}" if seconds else "-"


def crew_table(days: list[tuple[str, dict[str, Any]]]) -> str:
    """One line a worker: the day's edges and its totals in hours and minutes."""
    lines = [_row(name, day) for name, day in days]
    total = [sum(day["totals"][kind] for _, day in days) for kind in TOTALS]
    lines.append(("Crew", "", "", *(hours(seconds) for seconds in total)))
    return _aligned([COLUMNS, *lines])


def _row(name: str, day: dict[str, Any]) -> tuple[str, ...]:
    segments = day["segments"]
    edges = (clock(segments[0]["from"]), clock(segments[-1]["to"])) if segments else ("-", "-")
    return (name, *edges, *(hours(day["totals"][kind]) for kind in TOTALS))


def day_lines(day: dict[str, Any], names: dict[str, str]) -> str:
    """One line a segment: when, what and where."""
    return "\n".join(_line(segment, names).rstrip() for segment in day["segments"])


def _line(segment: dict[str, Any], names: dict[str, str]) -> str:
    begin, end = exact_clock(segment["from"]), exact_clock(segment["to"])
    return f"  {begin} - {end}  {segment['kind']:8} {_where(segment, names)}"


def _where(segment: dict[str, Any], names: dict[str, str]) -> str:
    if segment["kind"] == "unknown":
        return f"because {segment['cause']}"
    return names.get(segment.get("site_id") or "", "")


def _aligned(rows: list[tuple[str, ...]]) -> str:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = [
        "  ".join(cell.ljust(width) if place == 0 else cell.rjust(width) for place, (cell, width) in enumerate(cells))
        for cells in (list(zip(row, widths, strict=True)) for row in rows)
    ]
    rule = "-" * len(lines[0])
    return "\n".join([lines[0], rule, *lines[1:-1], rule, lines[-1]])
