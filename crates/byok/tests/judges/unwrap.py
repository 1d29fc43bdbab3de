"""Opens wrapped keys with pyca/cryptography: the second judge of the table's cells.

One JSON object a line comes in: {"key": path of the wrapping key (PKCS#8 DER), "layout": "oaep" | "kwp" | "ecb",
"hash": "SHA1" | "SHA256" | "SHA384" | "SHA512", "mgf": the same names, "blob": hex}; one line goes out: the key in hex,
or "refused".
"""

import json
import sys

from cryptography.hazmat.primitives import hashes, keywrap, padding
from cryptography.hazmat.primitives.asymmetric import padding as rsa_padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.serialization import load_der_private_key

keys = {}


def opened(ask):
    if ask["key"] not in keys:
        with open(ask["key"], "rb") as file:
            keys[ask["key"]] = load_der_private_key(file.read(), None)
    key, blob = keys[ask["key"]], bytes.fromhex(ask["blob"])
    cut = key.key_size // 8
    digest, mask = getattr(hashes, ask["hash"])(), getattr(hashes, ask["mgf"])()
    first = key.decrypt(blob[:cut], rsa_padding.OAEP(rsa_padding.MGF1(mask), digest, None))
    if ask["layout"] == "oaep":
        if blob[cut:]:
            raise ValueError("too long")
        return first
    if len(first) != 32:
        raise ValueError("no AES-256 key")
    if ask["layout"] == "kwp":
        return keywrap.aes_key_unwrap_with_padding(first, blob[cut:])
    aes = Cipher(algorithms.AES(first), modes.ECB()).decryptor()
    plain = aes.update(blob[cut:]) + aes.finalize()
    pad = padding.PKCS7(128).unpadder()
    return pad.update(plain) + pad.finalize()


for line in sys.stdin:
    try:
        print(opened(json.loads(line)).hex(), flush=True)
    except (ValueError, keywrap.InvalidUnwrap):
        print("refused", flush=True)
