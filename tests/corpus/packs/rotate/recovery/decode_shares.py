#!/usr/bin/env python3
"""Opens a wrapped key with share cards, without Cofferdam. Python 3.8 or later, its standard library, and OpenSSL's library.

    python3 decode_shares.py cards.txt FILE.kwp > master-key.bin   what the file holds
    python3 decode_shares.py cards.txt                             the backup wrapping key, 64 hexadecimal digits
    python3 decode_shares.py --check master-key.bin                the check values of a secret key

The file of cards holds them as typed from the sheets, one row a line, an empty line between two cards. Cards locked with
a passphrase also need the program argon2; the passphrase is asked for, or read from standard input, a line each. No key is
handed to another program, where others could see it. What every byte means is in share.md.
"""
import ctypes, ctypes.util, getpass, hashlib, hmac, re, subprocess, sys

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


class Refused(Exception):
    pass


def with_key(cipher, key, iv, data, encrypt=False):
    """One operation of OpenSSL's library, by the name that OpenSSL has for it; none where it does not come out."""
    try:
        ssl = ctypes.CDLL(ctypes.util.find_library("crypto") or "libcrypto.so.3")
    except OSError:
        raise Refused("OpenSSL's library is not there: install openssl")
    for name in ("EVP_CIPHER_CTX_new", "EVP_get_cipherbyname"):
        getattr(ssl, name).restype = ctypes.c_void_p
    context = ctypes.c_void_p(ssl.EVP_CIPHER_CTX_new())
    ssl.EVP_CIPHER_CTX_set_flags(context, 1)  # EVP_CIPHER_CTX_FLAG_WRAP_ALLOW
    found, out, size = ssl.EVP_get_cipherbyname(cipher.encode()), ctypes.create_string_buffer(len(data) + 32), ctypes.c_int()
    begun = found and ssl.EVP_CipherInit_ex(context, ctypes.c_void_p(found), None, key, iv, int(encrypt))
    ssl.EVP_CIPHER_CTX_set_padding(context, 0)
    done = begun == 1 and ssl.EVP_CipherUpdate(context, out, ctypes.byref(size), data, len(data)) == 1
    ssl.EVP_CIPHER_CTX_free(context)
    return out.raw[:size.value] if done else None


def check_values(key):
    """AES-CMAC (SP 800-38B) and HMAC-SHA256 over sixteen zero bytes, sixteen bytes of each."""
    if len(key) in (16, 24, 32):
        aes = lambda block: with_key(f"aes-{8 * len(key)}-ecb", key, None, block, encrypt=True)
        first = int.from_bytes(aes(bytes(16)), "big")
        subkey = (first << 1 ^ (0x87 if first >> 127 else 0)) & (1 << 128) - 1
        yield "cmac-aes:" + aes(subkey.to_bytes(16, "big")).hex()
    yield "hmac-sha256:" + hmac.digest(key, bytes(16), "sha256")[:16].hex()


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
    opened = with_key("id-aes256-wrap", bytes.fromhex(key), b"\xa6" * 8, locked)
    if opened is None or len(opened) != 48:
        raise Refused("the passphrase does not open it")
    return opened


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


def key_from(typed):
    """The backup wrapping key, from what was typed."""
    cards = []
    for number, block in enumerate(re.split(r"\n\s*\n", typed.strip()), 1):
        try:
            cards.append(read_card(block.splitlines()))
        except Refused as why:
            raise Refused(f"card {number}: {why}")
    return key_of(cards)


def main(first, second=None):
    if first == "--check":
        with open(second, "rb") as file:
            return "".join(f"{value}\n" for value in check_values(file.read())).encode()
    with open(first, encoding="utf-8-sig", errors="replace") as file:
        key = key_from(file.read())
    if second is None:
        return key.hex().encode() + b"\n"
    with open(second, "rb") as file:
        opened = with_key("id-aes256-wrap-pad", key, bytes.fromhex("a65959a6"), file.read())
    if opened is None:
        raise Refused("the key file does not belong to these sheets")
    return opened


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    try:
        sys.stdout.buffer.write(main(*sys.argv[1:]))
    except (Refused, OSError) as why:
        sys.exit(f"refused: {why}")
