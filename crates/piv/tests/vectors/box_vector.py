"""Makes and opens the fixed custodian box with nothing of Cofferdam: python3 box_vector.py VECTOR.json. Needs the
`cryptography` package.

With the word `make` after the file it prints the box of the file's keys, secret and context instead.
"""
import hashlib
import json
import sys

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


def private(hexadecimal):
    return ec.derive_private_key(int(hexadecimal, 16), ec.SECP256R1())


def point(key):
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def spki(key):
    return key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def key_and_nonce(shared, header):
    okm = HKDF(hashes.SHA256(), 44, b"cofferdam custodian box v1", header).derive(shared)
    return AESGCM(okm[:32]), okm[32:]


def make(v):
    recipient, ephemeral = private(v["recipient_private_key"]), private(v["ephemeral_private_key"])
    header = b"\x01\x01" + hashlib.sha256(spki(recipient)).digest() + point(ephemeral)
    aead, nonce = key_and_nonce(ephemeral.exchange(ec.ECDH(), recipient.public_key()), header)
    return header + aead.encrypt(nonce, bytes.fromhex(v["secret"]), header + v["context"].encode())


def open_box(v):
    box, recipient = bytes.fromhex(v["box"]), private(v["recipient_private_key"])
    header, body = box[:99], box[99:]
    assert header[0] == 1 and header[2:34] == hashlib.sha256(spki(recipient)).digest()
    peer = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), header[34:99])
    aead, nonce = key_and_nonce(recipient.exchange(ec.ECDH(), peer), header)
    return aead.decrypt(nonce, body, header + v["context"].encode())


with open(sys.argv[1], encoding="ascii") as file:
    vector = json.load(file)
print((make(vector) if "make" in sys.argv[2:] else open_box(vector)).hex())
