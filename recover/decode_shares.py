#!/usr/bin/env python3
"""Rebuilds a backup wrapping key from share cards, without Cofferdam. Python 3.8 or later, standard library only.

    python3 decode_shares.py cards.txt

The file holds the cards as typed from the sheets, one row a line, an empty line between two cards. The key is written
as 64 hexadecimal digits. Cards locked with a passphrase also need the programs argon2 and openssl; the passphrase is
asked for, or read from standard input, a line each. What every byte means is in share.md.
"""
import getpass, hashlib, re, subprocess, sys

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


class Refused(Exception):
    pass


def times(a, b, top):
    """Product in the field whose polynomial is `top` (0x11D: bytes, 0x25: the five bits of a character)."""
    product = 0
    while b:
        product ^= a if b & 1 else 0
        a, b = a << 1, b >> 1
        a ^= top if a.bit_length() == top.bit_length() else 0
    return product


def read_row(number, text):
    """The ten bytes of a row of sixteen characters and four check characters (Reed-Solomon over 32 symbols)."""
    typed = re.sub("[\\s-]", "", text).upper().translate(str.maketrans("OIL", "011"))
    for place, character in enumerate(typed[:20], 1):
        if character not in ALPHABET:
            raise Refused(f"row {number}, character {place} looks wrong; compare it with the card")
    if len(typed) != 20:
        raise Refused(f"row {number} has {len(typed)} characters instead of 20")
    symbols = [number] + [ALPHABET.index(c) for c in typed]
    sums = [0, 0, 0, 0]
    for symbol in symbols:
        sums = [times(value, root, 0x25) ^ symbol for value, root in zip(sums, (1, 2, 4, 8))]
    if any(sums):
        power = 1  # one wrong character at a place of degree d leaves sums that grow by 2 to the power of d
        for place in range(20, -1, -1):
            if sums[0] and all(times(sums[i], power, 0x25) == sums[i + 1] for i in range(3)):
                raise Refused(f"row {number}, character {place} looks wrong; compare it with the card"
                              if place else f"row {number} holds what belongs in row {number ^ sums[0]}")
            power = times(power, 2, 0x25)
        raise Refused(f"row {number} looks wrong; compare it with the card")
    return int("".join(f"{s:05b}" for s in symbols[1:17]), 2).to_bytes(10, "big")


def read_card(lines):
    """The fields of a card; one long line is what a QR symbol holds, behind what a hand scanner puts before it."""
    if len(lines) == 1:
        lines = re.findall(".{1,20}", re.sub(r"^\W*\][A-Za-z]\w|[\s\0-\x1f-]", "", lines[0]))
    data = b"".join(read_row(n, line) for n, line in enumerate(lines, 1))
    rows = 7 + (data[1] >> 1 & 1) + (data[1] >> 2 & 1) if data else 7
    if len(lines) < 7 or data[0] == 1 and data[1] < 8 and len(lines) != rows:
        raise Refused(f"there are {len(lines)} rows, and the card has {rows}")
    if data[0] != 1:
        raise Refused(f"format version {data[0]} is not known to this program")
    if hashlib.sha256(b"cofferdam share card v1\0" + data[:-8]).digest()[:8] != data[-8:]:
        raise Refused("every row reads well, but they do not belong together")
    if data[1] > 7 or data[2] != 0x1D:
        raise Refused("it uses a setting that is not known to this program")
    card = dict(real=not data[1] & 1, set=data[3:11], x=data[11], need=data[12], count=data[13], sites=(0, 0), site=0)
    possible = 2 <= card["need"] <= card["count"] and 1 <= card["x"] <= card["count"]
    y = 14
    if data[1] & 2:
        card.update(site=data[14], sites=(data[15], data[16] if data[15] else 0), file=data[18:24])
        possible = possible and 1 <= data[14] <= data[16] and data[15] != 1 and data[15] <= data[16] and data[17] < 3
        y = 24
    if not possible:
        raise Refused("it says impossible things")
    card["y"] = unlock(data[:y + 2], data[y + 2:-8], card["x"]) if data[1] & 4 else data[y:-8]
    return card


def unlock(clear, locked, x):
    """Opens a share that is locked with its custodian's passphrase."""
    salt = hashlib.sha256(b"cofferdam share seal v1\0" + clear).hexdigest()[:32].upper()
    memory, passes, lanes = clear[-2], clear[-1] >> 4, clear[-1] & 15
    if not 16 <= memory <= 21 or passes < 3 or lanes < 1:
        raise Refused("it uses a setting that is not known to this program")
    words = getpass.getpass(f"passphrase of share {x}: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\r\n")
    command = ["argon2", salt, "-id", "-m", str(memory), "-t", str(passes), "-p", str(lanes), "-l", "32", "-r"]
    key = subprocess.run(command, input=words.encode(), capture_output=True, check=True).stdout.decode().strip()
    command = ["openssl", "enc", "-d", "-id-aes256-wrap", "-iv", "A6" * 8, "-K", key]
    opened = subprocess.run(command, input=locked, capture_output=True)
    if opened.returncode or len(opened.stdout) != 48:
        raise Refused("the passphrase does not open it")
    return opened.stdout


def interpolate(points, x):
    """The value at x of the polynomials of least degree through the points (x, y bytes)."""
    out = bytearray(48)
    for xi, yi in points:
        weight = below = 1
        for xj in [xj for xj, _ in points if xj != xi]:
            weight, below = times(weight, x ^ xj, 0x11D), times(below, xi ^ xj, 0x11D)
        for _ in range(254):  # divides, for a to the power of 254 is 1 / a
            weight = times(weight, below, 0x11D)
        out = bytearray(o ^ times(weight, b, 0x11D) for o, b in zip(out, yi))
    return bytes(out)


def rebuild(points, need, what, whose=""):
    """What `need` of the points were dealt from; the points beyond are checked."""
    numbers = [x for x, _ in points]
    if len(set(numbers)) < len(numbers):
        raise Refused(f"the same {what}{whose} was entered twice; {what}s entered: {numbers}")
    if len(points) < need:
        raise Refused(f"{len(points)} of the {need} {what}s{whose} needed are here; {what}s entered: {numbers}")
    if any(interpolate(points[:need], x) != y for x, y in points[need:]):
        raise Refused(f"the {what}s contradict one another, so at least one is false")
    return interpolate(points[:need], 0)


def key_of(cards):
    """The key that the cards were dealt from."""
    if len({(c["set"], c["real"], c["sites"]) for c in cards}) > 1:
        raise Refused("the cards do not come from one dealing; look at the set printed on the sheets")
    parts, by_site = [], {}
    for card in cards:
        by_site.setdefault(card["site"] if card["sites"][0] else 0, []).append(card)
    for site, people in by_site.items():
        if len({(c["need"], c["count"]) for c in people}) > 1:
            raise Refused("the cards do not come from one dealing; look at the numbers printed on the sheets")
        whose = f" of site {site}" if site else ""
        parts.append((site, rebuild([(c["x"], c["y"]) for c in people], people[0]["need"], "share", whose)))
    whole = rebuild(parts, cards[0]["sites"][0], "site") if cards[0]["sites"][0] else parts[0][1]
    if hashlib.sha256(b"cofferdam shared key v1\0" + cards[0]["set"] + whole[:32]).digest()[:16] != whole[32:]:
        raise Refused("the cards give a key that fails its check, so at least one is false")
    return whole[:32]


if __name__ == "__main__":
    where, cards = "", []
    try:
        with open(sys.argv[1], encoding="utf-8-sig", errors="replace") as file:
            blocks = re.split(r"\n\s*\n", file.read().strip())
        for number, block in enumerate(blocks, 1):
            where = f"card {number}: "
            cards.append(read_card(block.splitlines()))
        where = ""
        print(key_of(cards).hex())
    except Refused as why:
        sys.exit(f"refused: {where}{why}")
