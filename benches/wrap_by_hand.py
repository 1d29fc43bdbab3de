"""What somebody would write by hand with pyca/cryptography: wrap_by_hand.py FOLDER KIND COUNT, seconds on standard output.

Reads each key's parameters from FOLDER, parses its wrapping key, wraps FOLDER/key and writes what the provider's import
takes: the blob, and for AWS the import token. Each file is flushed to the disk, as one has to be that nobody makes again.
"""

import base64
import json
import os
import pathlib
import sys
import time

from cryptography.hazmat.primitives import hashes, keywrap, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

folder, kind, count = pathlib.Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
key = (folder / "key").read_bytes()
digest = hashes.SHA256() if kind == "aws" else hashes.SHA1()
oaep = padding.OAEP(padding.MGF1(digest), digest, None)


def number(text):
    return int.from_bytes(base64.b64decode(text), "big")


def write(name, content):
    with open(folder / name, "xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


start = time.perf_counter()
for n in range(count):
    sent = json.loads((folder / f"{n}.json").read_bytes())
    if kind == "aws":
        blob = serialization.load_der_public_key(base64.b64decode(sent["PublicKey"])).encrypt(key, oaep)
    else:
        jwk = sent["key"]
        public = rsa.RSAPublicNumbers(number(jwk["e"]), number(jwk["n"])).public_key()
        middle = os.urandom(32)
        blob = public.encrypt(middle, oaep) + keywrap.aes_key_wrap_with_padding(middle, key)
    if kind == "aws":
        write(f"{n}.token", base64.b64decode(sent["ImportToken"]))
    write(f"{n}.blob", blob)
print(time.perf_counter() - start)
