"""Opens and reads wrapped private keys with pyca/cryptography, as a provider would that has nothing of ours.

Standard input has a line a key: its kind, the way it was wrapped ("kwp" under 32 bytes of 7, or "rsa-aes" and a hash), its
public key and the wrapped key in hex. For each, a line with the PKCS#8 that came out, or "refused" and why.
"""

import sys

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.keywrap import aes_key_unwrap_with_padding
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_der_private_key,
    load_pem_private_key,
)

CURVES = {"p-256": ec.SECP256R1, "p-384": ec.SECP384R1, "p-521": ec.SECP521R1, "secp256k1": ec.SECP256K1}

with open(sys.argv[1], "rb") as file:
    destination = load_pem_private_key(file.read(), None)


def opened(way, blob):
    if way == "kwp":
        return aes_key_unwrap_with_padding(b"\7" * 32, blob)
    algorithm = getattr(hashes, way.removeprefix("rsa-aes-").upper())()
    oaep = padding.OAEP(padding.MGF1(algorithm), algorithm, None)
    size = destination.key_size // 8
    return aes_key_unwrap_with_padding(destination.decrypt(blob[:size], oaep), blob[size:])


for line in sys.stdin:
    kind, way, public, blob = line.split()
    try:
        der = opened(way, bytes.fromhex(blob))
        key = load_der_private_key(der, None)
        right = isinstance(key, rsa.RSAPrivateKey) if kind.startswith("rsa-") else isinstance(key.curve, CURVES[kind])
        spki = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        if not right or spki.hex() != public:
            raise ValueError("it is another key")
        print(der.hex())
    except Exception as e:
        print("refused", e)
