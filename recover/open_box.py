#!/usr/bin/env python3
"""Opens a share that is encrypted to a YubiKey, without Cofferdam. Python 3.8 or later, and what decode_shares.py needs,
which has to lie beside it.

    python3 open_box.py BOX > peer.der                           the public key for the YubiKey's ECDH
    python3 open_box.py BOX shared.bin NUMBER SET >> cards.txt   the share's rows, with what the ECDH gave (32 bytes)

NUMBER and SET are the share's, as in: 2 0123456789abcdef. The command in between is in HOW-TO-RECOVER.md, and what every
byte means in custodian-box.md.
"""
import hmac, re, sys
from decode_shares import Refused, with_key

# What stands before a point of P-256 in a public key (DER SubjectPublicKeyInfo, RFC 5480).
PUBLIC_KEY = bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d030107034200")


def parts_of(box):
    """The header and what is encrypted, with its tag."""
    if not 99 + 1 + 16 <= len(box) <= 99 + 1024 + 16 or box[0] != 1 or box[1] > 1 or box[34] != 4:
        raise Refused("this is not a box of version 1")
    return box[:99], box[99:]


def key_and_nonce(shared, header):
    """44 bytes of HKDF-SHA256 (RFC 5869)."""
    secret = hmac.digest(b"cofferdam custodian box v1", shared, "sha256")
    first = hmac.digest(secret, header + b"\1", "sha256")
    both = first + hmac.digest(secret, first + header + b"\2", "sha256")
    return both[:32], both[32:44]


def aes(key, blocks):
    """AES-256 of each block of sixteen bytes by itself."""
    return with_key("aes-256-ecb", key, None, blocks, encrypt=True)


def times(a, b):
    """Product in the field of GCM (SP 800-38D, 6.3), where the leftmost bit is the lowest power."""
    product = 0
    for place in range(127, -1, -1):
        product ^= b if a >> place & 1 else 0
        b = b >> 1 ^ (0xE1 << 120 if b & 1 else 0)
    return product


def xor(one, other):
    return bytes(a ^ b for a, b in zip(one, other))


def decrypt(key, nonce, bound, body):
    """AES-256-GCM (SP 800-38D, 7.2). `bound` is authenticated with the text and not encrypted."""
    text, tag = body[:-16], body[-16:]
    counters = b"".join(nonce + n.to_bytes(4, "big") for n in range(1, 2 + -(-len(text) // 16)))
    stream = aes(key, bytes(16) + counters)
    by, total = int.from_bytes(stream[:16], "big"), 0
    hashed = b"".join(part + bytes(-len(part) % 16) for part in (bound, text))
    hashed += (8 * len(bound)).to_bytes(8, "big") + (8 * len(text)).to_bytes(8, "big")
    for at in range(0, len(hashed), 16):
        total = times(total ^ int.from_bytes(hashed[at:at + 16], "big"), by)
    if not hmac.compare_digest(xor(total.to_bytes(16, "big"), stream[16:32]), tag):
        raise Refused("it does not open: another YubiKey did the step before, or number or set is another, "
                      "or the file was changed")
    return xor(text, stream[32:])


def main(box, shared=None, number=None, share_set=None):
    with open(box, "rb") as file:
        header, body = parts_of(file.read())
    if shared is None:
        return PUBLIC_KEY + header[34:99]
    digits = re.sub("[\\s-]", "", share_set or "").upper()
    if not re.fullmatch("[0-9A-F]{16}", digits):
        raise Refused("the set has sixteen letters and digits, 0 to 9 and A to F")
    with open(shared, "rb") as file:
        secret = file.read()
    if len(secret) != 32:
        raise Refused(f"{shared} has {len(secret)} bytes instead of 32")
    context = f"share {number} of " + "-".join(re.findall("....", digits))
    # The empty line that stands between two shares.
    return decrypt(*key_and_nonce(secret, header), header + context.encode(), body) + b"\n"


if __name__ == "__main__":
    if len(sys.argv) not in (2, 5):
        sys.exit(__doc__)
    try:
        sys.stdout.buffer.write(main(*sys.argv[1:]))
    except (Refused, OSError) as why:
        sys.exit(f"refused: {why}")
