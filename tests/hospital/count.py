#!/usr/bin/env python3
"""Counts the registers in a folder anew and prints what it counted as JSON: Python and its standard library only.

    count.py DIR --today YYYY-MM-DD [--keys FILE]

It shares nothing with the program, so that a mistake in one is not in the other. FILE has the check values that records
know, one a line. What the words mean here:

- A system is *with ePHI* if its data is `ephi` or `limited-data-set`. `covered`, `verified-not-covered`, `said`, `unknown`
  and `unencrypted` are of those systems only, and add up to them. `coverage` is a fraction, not rounded, since a rounded
  100 % hides the last system.
- *Covered*: with ePHI, encryption `verified`, and a key is named, which is in FILE where one is given.
- *Key with data*: `where-data` and `where-key` are the same text but for case, runs of spaces and spaces at the ends.
- An agreement is *current* while today <= expires, whatever day it was signed; `signed-after-today` counts apart those
  that had not been signed. `ending-within-30` has none of `ending-within-7`, and so on; all of them are current too.
- A policy is *ended* from the day in `ended` on, *in effect* from the day in `effective` on until then. A review is
  overdue from the day after it, and only while the policy is in effect.
- *Retention*: six years after `ended` or `expires`. For 29 February that is 1 March: a day too long harms nobody.
"""
import argparse, csv, json, pathlib, sys
from collections import defaultdict
from datetime import date

PROVIDERS = ["aws", "azure", "google", "other"]
STATES = ["verified", "said", "unknown", "unencrypted"]


def read(path):
    with open(path, encoding="utf-8", newline="") as file:
        rows = csv.reader(file, strict=True)
        columns = next(rows)
        for number, cells in enumerate(rows, 2):
            # A row that slipped sideways would be counted, and wrongly.
            if len(cells) != len(columns):
                raise SystemExit(f"{path}: row {number} has {len(cells)} cells, the header {len(columns)}")
            yield dict(zip(columns, cells))


def six_years_after(day):
    try:
        return day.replace(year=day.year + 6)
    except ValueError:
        return date(day.year + 6, 3, 1)


def place(text):
    return " ".join(text.split()).lower()


def tally(systems, known):
    counts = dict.fromkeys(["systems", "with-ephi", "covered", "verified-not-covered", *STATES[1:]], 0)
    for system in systems:
        counts["systems"] += 1
        if system["data"] not in ("ephi", "limited-data-set"):
            continue
        counts["with-ephi"] += 1
        if system["encryption"] != "verified":
            counts[system["encryption"]] += 1
        elif system["key"] != "none" and (known is None or system["key"] in known):
            counts["covered"] += 1
        else:
            counts["verified-not-covered"] += 1
    counts["coverage"] = {"numerator": counts["covered"], "denominator": counts["with-ephi"]}
    return counts


def by(column, systems, known):
    groups = defaultdict(list)
    for system in systems:
        groups[system[column]].append(system)
    return {name: tally(groups[name], known) for name in sorted(groups)}


def count_agreements(agreements, today):
    counts = dict.fromkeys(
        ["current", "ended", "ending-within-7", "ending-within-30", "ending-within-90", "signed-after-today"], 0)
    retention, have = {}, set()
    for agreement in agreements:
        counts["signed-after-today"] += date.fromisoformat(agreement["signed"]) > today
        expires = None if agreement["expires"] == "none" else date.fromisoformat(agreement["expires"])
        if expires is not None and expires < today:
            counts["ended"] += 1
            retention[agreement["id"]] = six_years_after(expires).isoformat()
            continue
        counts["current"] += 1
        have.add(agreement["provider"])
        for days in (7, 30, 90):
            if expires is not None and (expires - today).days <= days:
                counts[f"ending-within-{days}"] += 1
                break
    return counts, [provider for provider in PROVIDERS if provider not in have], retention


def count_policies(policies, today):
    counts = dict.fromkeys(["in-effect", "ended", "not-yet-in-effect", "review-overdue"], 0)
    retention = {}
    for policy in policies:
        if policy["ended"] != "none" and date.fromisoformat(policy["ended"]) <= today:
            counts["ended"] += 1
            retention[policy["id"]] = six_years_after(date.fromisoformat(policy["ended"])).isoformat()
        elif date.fromisoformat(policy["effective"]) > today:
            counts["not-yet-in-effect"] += 1
        else:
            counts["in-effect"] += 1
            counts["review-overdue"] += date.fromisoformat(policy["review"]) < today
    return counts, retention


def main():
    asked = argparse.ArgumentParser(description="Counts the registers in a folder anew.")
    asked.add_argument("dir", type=pathlib.Path)
    asked.add_argument("--today", type=date.fromisoformat, required=True)
    asked.add_argument("--keys", type=pathlib.Path)
    asked = asked.parse_args()
    known = set(asked.keys.read_text(encoding="utf-8").split()) if asked.keys else None

    systems = list(read(asked.dir / "systems.csv"))
    together = [s for s in systems if s["where-data"] != "none" != s["where-key"]
                and place(s["where-data"]) == place(s["where-key"])]
    agreements, missing, kept_agreements = count_agreements(read(asked.dir / "agreements.csv"), asked.today)
    policies, kept_policies = count_policies(read(asked.dir / "policies.csv"), asked.today)
    found = {
        "today": asked.today.isoformat(),
        **tally(systems, known),
        "by-vendor": by("vendor", systems, known),
        "by-custody": by("custody", systems, known),
        "by-data": by("data", systems, known),
        "key-with-data": len(together),
        "key-with-data-without-acceptance": sum(s["accepted"] == "none" for s in together),
        "undecided-custody": sum(s["custody"] == "undecided" for s in systems),
        "agreements": agreements,
        "providers-without-current-agreement": missing,
        "policies": policies,
        "retention": {"policies": kept_policies, "agreements": kept_agreements},
    }
    # Names of vendors are not all ASCII, whatever the machine's locale is.
    sys.stdout.reconfigure(encoding="utf-8")
    print(json.dumps(found, indent=2, ensure_ascii=False))


if __name__ == "__main__":
    main()
