"""The product through the development host: it starts, knows its callers, and takes local tokens."""

import httpx

from tests.product import Product


class TestProduct:
    def test_is_ready(self, product: Product) -> None:
        with product.client() as client:
            assert client.get("/api/v1/health").status_code == 200

    def test_turns_a_stranger_away(self, product: Product) -> None:
        with product.client() as client:
            assert client.get("/api/v1/companies").status_code == 401

    def test_lets_staff_make_a_company(self, product: Product) -> None:
        with product.client(product.token("platform")) as client:
            made = a_company(client, "green")

        assert made.status_code == 201

    def test_turns_away_a_token_of_another_key(self, product: Product) -> None:
        header, claims, _signature = product.token("platform").split(".")
        forged = f"{header}.{claims}.{'A' * 342}"

        with product.client(forged) as client:
            assert client.get("/api/v1/companies").status_code == 401


def a_company(client: httpx.Client, slug: str) -> httpx.Response:
    """Make a company."""
    body = {"name": slug, "slug": slug, "timezone": "America/New_York"}
    return client.post("/api/v1/companies", json=body)
