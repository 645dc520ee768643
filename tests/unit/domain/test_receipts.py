"""The ids of receipts: one a post, and each proves by itself that we gave it out."""

from uuid import UUID

from bootstrap.clock import new_id
from domain.receipts import ReceiptIds
from domain.tenancy import CompanyId

MINE = CompanyId(UUID(int=1))
OTHER = CompanyId(UUID(int=2))


class TestReceiptIds:
    def test_gives_every_post_of_one_moment_an_id_of_its_own(self) -> None:
        ids = ReceiptIds(b"key", new_id)

        assert len({ids.issue(MINE) for _ in range(20_000)}) == 20_000

    def test_knows_its_own_again(self) -> None:
        ids = ReceiptIds(b"key", new_id)

        assert ids.is_ours(MINE, ids.issue(MINE))

    def test_knows_nothing_of_another_company_or_another_key(self) -> None:
        ids = ReceiptIds(b"key", new_id)

        assert not ids.is_ours(OTHER, ids.issue(MINE))
        assert not ids.is_ours(MINE, ReceiptIds(b"other", new_id).issue(MINE))
