"""`make openapi`: write docs/openapi.json from the application."""

import json

from devhost.environment.paths import ROOT

TARGET = ROOT / "docs" / "openapi.json"


def document_text() -> str:
    """The document as the file holds it."""
    import function_app  # noqa: PLC0415 # only when asked: the application takes a moment to load

    return json.dumps(function_app.api.openapi(), indent=2, ensure_ascii=False) + "\n"


def main() -> None:
    """Write the file and say where it is."""
    TARGET.write_text(document_text(), encoding="utf-8")
    print(f"Wrote {TARGET.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
