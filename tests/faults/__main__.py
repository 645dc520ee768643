"""`make faults`: the kill tests in their long form.

Each round replays all observations over HTTP while the host is killed and PostgreSQL is restarted at moments of chance;
every tenth round also kills the broker. It stops at the first round that lost, doubled or changed anything.
"""

import argparse
import sys

from bench.workload import all_badges, all_companies, all_uploads
from tests.faults.rounds import USUAL, Outcome, replay
from tests.faults.stage import a_stage

COMPANIES = 4
EVENTS = 20
BROKER_EVERY = 10


def main() -> None:
    """Run the rounds and say what came of each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--observations", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    companies = all_companies()[:COMPANIES]
    badges = all_badges(companies)
    count = -(-arguments.observations // (len(badges) * EVENTS))
    uploads = list(all_uploads(badges, count=count, events=EVENTS))
    with a_stage(companies) as stage:
        undisturbed = replay(stage, "undisturbed", uploads)
        _say("undisturbed", undisturbed)
        for number in range(arguments.rounds):
            faults = (*USUAL, "broker") if number % BROKER_EVERY == 1 else USUAL
            outcome = replay(stage, f"round_{number + 1}", uploads, faults=faults, seed=arguments.seed + number)
            _say(f"round {number + 1}: {len(faults)} faults", outcome)
            if (outcome.days, outcome.intervals) != (undisturbed.days, undisturbed.intervals):
                sys.exit(f"Seed {arguments.seed + number}: other days than undisturbed.")
    sys.stdout.write(f"{arguments.rounds} rounds: nothing lost, nothing doubled, days as in the undisturbed run.\n")


def _say(what: str, outcome: Outcome) -> None:
    stored = outcome.stored
    sys.stdout.write(
        f"{what}: {stored.observations} observations once, {stored.receipts} receipts processed,"
        f" {stored.duplicates} repeats, {outcome.again} posts again, {stored.workdays} days; {outcome.seconds:.0f} s\n"
    )
    sys.stdout.flush()


if __name__ == "__main__":
    main()
