"""Security domain files and restore blobs of a managed HSM, made and opened with nothing of ours.

python security_domain.py make FOLDER REQUIRED CERTIFICATE...   writes FOLDER/sd.json for these certificates
python security_domain.py open BLOB KEY                         prints what a restore blob holds, as JSON
"""

import base64
import hashlib
import hmac
import json
import os
import pathlib
import secrets
import sys

from cryptography import x509
from cryptography.hazmat.primitives import hashes, padding, serialization
from cryptography.hazmat.primitives.asymmetric import padding as rsa_padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

OAEP = rsa_padding.OAEP(rsa_padding.MGF1(hashes.SHA256()), hashes.SHA256(), None)
PARTS = {"backup key": b"the first secret", "internal": bytes(range(256)) * 4}


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def item_key(master, tag):
    return hmac.digest(master, b"\0\0\0\1" + tag.encode() + b"\0" + (512).to_bytes(4, "big"), "sha512")


def mac(key, header, iv, text):
    bits = (8 * len(header)).to_bytes(8, "big")
    return hmac.digest(key[:32], header.encode() + iv + text + bits, "sha512")[:32]


def seal(header, wrapped, key, plain):
    header, iv, pad = b64(json.dumps(header).encode()), os.urandom(16), padding.PKCS7(128).padder()
    aes = Cipher(algorithms.AES(key[32:]), modes.CBC(iv)).encryptor()
    text = aes.update(pad.update(plain) + pad.finalize()) + aes.finalize()
    return ".".join([header, b64(wrapped), b64(iv), b64(text), b64(mac(key, header, iv, text))])


def opened(jwe, key):
    header, _, iv, text, tag = jwe.split(".")
    iv, text = unb64(iv), unb64(text)
    assert hmac.compare_digest(mac(key, header, iv, text), unb64(tag))
    aes, pad = Cipher(algorithms.AES(key[32:]), modes.CBC(iv)).decryptor(), padding.PKCS7(128).unpadder()
    return pad.update(aes.update(text) + aes.finalize()) + pad.finalize()


def make(folder, required, *certificates):
    required, master = int(required), os.urandom(32)
    polynomials = [[byte] + [secrets.randbelow(257) for _ in range(required - 1)] for byte in master]
    shares = []
    for x, path in enumerate(certificates, 1):
        certificate = x509.load_pem_x509_certificate(pathlib.Path(path).read_bytes())
        points = [sum(c * x**n for n, c in enumerate(p)) % 257 for p in polynomials]
        words = b"".join((x << 9 | v).to_bytes(2, "little") for v in points)
        key = os.urandom(64)
        jwe = seal({"alg": "RSA-OAEP-256", "enc": "A256CBC-HS512"}, certificate.public_key().encrypt(key, OAEP), key, words)
        der = certificate.public_bytes(serialization.Encoding.DER)
        shares.append({"enc_key": jwe, "x5t_256": b64(hashlib.sha256(der).digest())})
    data = [
        {"tag": tag, "compact_jwe": seal({"alg": "dir", "enc": "A256CBC-HS512", "kid": tag}, b"", item_key(master, tag), plain)}
        for tag, plain in PARTS.items()
    ]
    file = {
        "EncData": {"data": data, "kdf": "sp108_kdf"},
        "SharedKeys": {"required": required, "key_algorithm": "shamir_share", "enc_shares": shares},
    }
    (pathlib.Path(folder) / "sd.json").write_text(json.dumps(file))


def open_blob(blob, key):
    blob = json.loads(pathlib.Path(blob).read_text())
    key = serialization.load_pem_private_key(pathlib.Path(key).read_bytes(), None)
    wrapped = blob["WrappedKey"]["enc_key"]
    header = json.loads(unb64(wrapped.split(".")[0]))
    master = opened(wrapped, key.decrypt(unb64(wrapped.split(".")[1]), OAEP))
    parts = {}
    for item in blob["EncData"]["data"]:
        parts[item["tag"]] = opened(item["compact_jwe"], item_key(master, item["tag"])).hex()
        assert json.loads(unb64(item["compact_jwe"].split(".")[0]))["kid"] == item["tag"]
    assert parts == {tag: plain.hex() for tag, plain in PARTS.items()}
    print(json.dumps({"parts": parts, "x5t_256": blob["WrappedKey"]["x5t_256"], "header": header}, sort_keys=True))


{"make": make, "open": open_blob}[sys.argv[1]](*sys.argv[2:])
