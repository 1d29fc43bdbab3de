#!/usr/bin/env python3
"""Rewrites a register the way spreadsheet programs do: Python and its standard library only.

    excel.py IN OUT WAY

    bom            UTF-8 with a byte order mark, commas, CRLF ("CSV UTF-8")
    semicolon      the same with semicolons, as where the comma is the decimal sign
    utf16          UTF-16LE with a byte order mark, tabs, CRLF ("Unicode text")
    tab            tabs, UTF-8, CRLF
    sep-line       a first line "sep=;", then semicolons
    trailing       empty columns after the last one, and rows of only commas after the last one
    quoted         every cell in quotes
    latin1         Windows-1252, with a question mark for what it has not: only what is all ASCII comes through whole
    mangled-days   days as 10/1/2027, month first
    mangled-hours  notify-hours as 72.00

The cells are written here and not by the csv module, since spreadsheet programs put a cell with a comma in quotes whatever
separates the cells.
"""
import csv, re, sys

WAYS = "bom semicolon utf16 tab sep-line trailing quoted latin1 mangled-days mangled-hours".split()
MORE_COLUMNS, MORE_ROWS = 3, 5


def text(rows, separator=",", quote_all=False):
    def cell(value):
        if quote_all or any(c in value for c in (separator, ",", '"', "\r", "\n")):
            return '"' + value.replace('"', '""') + '"'
        return value

    return "".join(separator.join(map(cell, row)) + "\r\n" for row in rows)


def american(cell):
    parts = re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)", cell)
    return f"{int(parts[2])}/{int(parts[3])}/{parts[1]}" if parts else cell


def rewritten(rows, way):
    if way == "bom":
        return text(rows).encode("utf-8-sig")
    if way == "semicolon":
        return text(rows, ";").encode("utf-8-sig")
    if way == "utf16":
        return b"\xff\xfe" + text(rows, "\t").encode("utf-16-le")
    if way == "tab":
        return text(rows, "\t").encode()
    if way == "sep-line":
        return b"sep=;\r\n" + text(rows, ";").encode()
    if way == "trailing":
        empty = [""] * MORE_COLUMNS
        blank = [""] * (len(rows[0]) + MORE_COLUMNS)
        return text([row + empty for row in rows] + [blank] * MORE_ROWS).encode()
    if way == "quoted":
        return text(rows, quote_all=True).encode()
    if way == "latin1":
        return text(rows).encode("cp1252", errors="replace")
    if way == "mangled-days":
        return text([[american(cell) for cell in row] for row in rows]).encode("utf-8-sig")
    if way == "mangled-hours":
        hours = [i for i, name in enumerate(rows[0]) if name == "notify-hours"]
        changed = [[f"{cell}.00" if i in hours and cell.isdigit() else cell for i, cell in enumerate(row)] for row in rows]
        return text(changed).encode("utf-8-sig")
    raise SystemExit(f"excel.py: {way} is none of {', '.join(WAYS)}")


def main(before, after, way):
    with open(before, encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file, strict=True))
    changed = rewritten(rows, way)
    with open(after, "wb") as file:
        file.write(changed)


if __name__ == "__main__":
    if len(sys.argv) != 4:
        raise SystemExit(__doc__)
    main(*sys.argv[1:])
