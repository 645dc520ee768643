"""`make down`: stop what `make up` started; what is stored stays."""

from devhost.environment.running import take_down


def main() -> None:
    """Stop everything and say what ran."""
    stopped = take_down()
    print(f"Stopped: {', '.join(stopped) if stopped else 'nothing ran'}.")


if __name__ == "__main__":
    main()
