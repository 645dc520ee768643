"""The declaration of the queues, which Bicep deploys and the broker serves."""

from pathlib import Path

import pytest

from devhost.broker.queues import load_queues

DECLARED = Path(__file__).resolve().parents[3] / "bicep" / "queues.json"


class TestLoadQueues:
    def test_reads_the_queues_of_production(self) -> None:
        queues = load_queues(DECLARED)

        assert set(queues) == {"ingest", "workflow", "notifications"}
        assert all(queue.max_delivery_count == 10 for queue in queues.values())
        assert all(queue.lock_ms == 60_000 for queue in queues.values())
        assert all((queue.duplicate_window_ms or 0) >= 600_000 for queue in queues.values())

    @pytest.mark.parametrize("duration", ["", "P", "PT", "1 minute", "PT1X"])
    def test_refuses_what_is_no_duration(self, tmp_path: Path, duration: str) -> None:
        path = tmp_path / "queues.json"
        path.write_text(
            f'[{{"name": "one", "lockDuration": "{duration}", "maxDeliveryCount": 1,'
            ' "requiresDuplicateDetection": false}]'
        )

        with pytest.raises(ValueError, match="is not a duration"):
            load_queues(path)
