#!/usr/bin/env python3
"""The digest of a register, from its table: SHA-256 over a line of JSON for each row by id, without what says none.

Independent of the program, so that anybody can say whether a table is the register that two people signed.
"""
import csv
import hashlib
import json
import sys

with open(sys.argv[1], encoding="utf-8-sig", newline="") as table:
    rows = sorted(csv.DictReader(table), key=lambda row: list(row.values())[0].encode())
digest = hashlib.sha256()
for row in rows:
    said = {name: value for name, value in row.items() if value != "none"}
    digest.update(json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode() + b"\n")
print(digest.hexdigest())
