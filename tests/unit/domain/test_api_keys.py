"""The text of an API key."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.api_keys import ApiKey, new_key_text, read_key, secret_hash
from domain.tenancy import ApiKeyId, CompanyId, Scope

NOW = datetime(2026, 6, 10, 12, tzinfo=UTC)


def a_key(secret: str, *, expires_at: datetime | None = None, revoked_at: datetime | None = None) -> ApiKey:
    return ApiKey(
        company_id=CompanyId(UUID(int=1)),
        id=ApiKeyId(UUID(int=2)),
        key_id="0123456789ab",
        name="hub",
        scopes=frozenset({Scope.INGEST}),
        secret_sha256=secret_hash(secret),
        created_at=NOW,
        expires_at=expires_at,
        revoked_at=revoked_at,
        last_used_at=None,
        version=1,
    )


class TestReadKey:
    def test_reads_what_was_issued(self) -> None:
        text, presented = new_key_text("live")

        assert read_key(text) == presented

    @given(st.integers(0, 69), st.sampled_from("0123456789ABCDEFabcdefxyzXYZ"))
    def test_refuses_one_wrong_character_without_a_look_up(self, place: int, character: str) -> None:
        text, _ = new_key_text("live")
        place %= len(text)
        typo = text[:place] + character + text[place + 1 :]

        assert typo == text or read_key(typo) is None

    @pytest.mark.parametrize("text", ["", "act_", "act_live_0123456789ab", "bearer", "act_live_" + "x" * 100])
    def test_refuses_what_has_another_shape(self, text: str) -> None:
        assert read_key(text) is None

    def test_never_makes_the_same_key_twice(self) -> None:
        assert len({new_key_text("live")[0] for _ in range(100)}) == 100


class TestOpens:
    def test_takes_the_right_secret_only(self) -> None:
        _, presented = new_key_text("live")
        _, other = new_key_text("live")

        assert presented.opens(a_key(presented.secret))
        assert not presented.opens(a_key(other.secret))


class TestLive:
    def test_ends_at_the_instant_of_expiry(self) -> None:
        key = a_key("s", expires_at=NOW)

        assert (key.live(NOW - timedelta(seconds=1)), key.live(NOW)) == (True, False)

    def test_ends_with_revocation(self) -> None:
        assert not a_key("s", revoked_at=NOW).live(NOW)
