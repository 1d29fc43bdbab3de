"""A vault on this machine that imports .byok files: python azure_standin.py FOLDER

FOLDER/kek.p8 is the key exchange key's private half, FOLDER/kid its identifier. Writes FOLDER/ca.pem and the port to
standard output, and each imported key's material to FOLDER/imported-NAME.
"""

import base64
import datetime
import http.server
import json
import pathlib
import re
import ssl
import sys

from cryptography import x509
from cryptography.hazmat.primitives import hashes, keywrap, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import NameOID

folder = pathlib.Path(sys.argv[1])
kek = serialization.load_der_private_key((folder / "kek.p8").read_bytes(), None)
kid = (folder / "kid").read_text()
host = kid.split("/")[2]
curves = {"secp256r1": "P-256", "secp384r1": "P-384", "secp521r1": "P-521", "secp256k1": "P-256K"}


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64(text):
    assert not set("+/=") & set(text), "base64url without padding"
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def number(value):
    return b64(value.to_bytes((value.bit_length() + 7) // 8, "big"))


def unwrapped(key):
    """The key material in an uploaded .byok file, by Microsoft's specification of it."""
    byok = json.loads(unb64(key["key_hsm"]))
    assert byok["schema_version"] == "1.0.0", byok
    assert byok["header"] == {"kid": kid, "alg": "dir", "enc": "CKM_RSA_AES_KEY_WRAP"}, byok["header"]
    blob, cut = unb64(byok["ciphertext"]), kek.key_size // 8
    sha1 = hashes.SHA1()
    aes = kek.decrypt(blob[:cut], padding.OAEP(padding.MGF1(sha1), sha1, None))
    assert len(aes) == 32
    return keywrap.aes_key_unwrap_with_padding(aes, blob[cut:])


def public_part(kty, crv, material):
    if kty == "oct-HSM":
        assert len(material) in (16, 24, 32)
        return {}
    private = serialization.load_der_private_key(material, None)
    numbers = private.public_key().public_numbers()
    if kty == "RSA-HSM":
        assert isinstance(private, rsa.RSAPrivateKey)
        return {"n": number(numbers.n), "e": number(numbers.e)}
    assert kty == "EC-HSM" and isinstance(private, ec.EllipticCurvePrivateKey), kty
    assert curves[private.curve.name] == crv, crv
    size = (private.curve.key_size + 7) // 8
    return {"crv": crv, "x": b64(numbers.x.to_bytes(size, "big")), "y": b64(numbers.y.to_bytes(size, "big"))}


class Vault(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, status, body, **headers):
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(data)

    def signed_in(self):
        if self.headers.get("Authorization"):
            return True
        # The client first asks without a token, to be told where to get one.
        resource = "https://managedhsm.azure.net" if "managedhsm" in host else "https://vault.azure.net"
        ask = f'Bearer authorization="https://login.microsoftonline.com/t", resource="{resource}"'
        self.answer(401, {}, WWW_Authenticate=ask)
        return False

    def do_GET(self):
        """The KEK, as `az keyvault key show` asks for it."""
        if not self.signed_in():
            return
        if not re.fullmatch(r"/keys/KEKforBYOK(/[0-9a-f]*)?\?api-version=.*", self.path):
            return self.answer(404, {"error": {"code": "KeyNotFound", "message": self.path}})
        numbers = kek.public_key().public_numbers()
        key = {"kid": kid, "kty": "RSA-HSM", "key_ops": ["import"], "n": number(numbers.n), "e": number(numbers.e)}
        return self.answer(200, {"key": key, "attributes": {"enabled": True, "created": 1795514400, "exp": 1900000000}})

    def do_PUT(self):
        length = int(self.headers.get("Content-Length", 0))
        body = self.rfile.read(length)
        if not self.signed_in():
            return
        try:
            name = re.fullmatch(r"/keys/([0-9a-zA-Z-]+)\?api-version=.*", self.path)[1]
            sent = json.loads(body)
            key = sent["key"]
            material = unwrapped(key)
            attributes = sent.get("attributes") or {}
            reply = {
                "key": {
                    "kid": f"https://{host}/keys/{name}/" + "ab" * 16,
                    "kty": key["kty"],
                    "key_ops": key.get("key_ops") or ["sign", "verify"],
                    **public_part(key["kty"], key.get("crv"), material),
                },
                "attributes": {"enabled": True, "created": 1795514400, "updated": 1795514400, **attributes},
            }
            (folder / f"imported-{name}").write_bytes(material)
        except Exception as why:  # a stand-in answers every mistake with what went wrong
            return self.answer(400, {"error": {"code": "BadParameter", "message": f"{type(why).__name__}: {why}"}})
        return self.answer(200, reply)


def certified():
    """A certificate for the vault's name, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now = datetime.datetime.now(datetime.timezone.utc)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(1).not_valid_before(now - datetime.timedelta(1))
    builder = builder.not_valid_after(now + datetime.timedelta(1))
    builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), False)
    builder = builder.add_extension(x509.BasicConstraints(True, None), True)
    pem = builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    (folder / "ca.pem").write_bytes(pem)
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "server.pem").write_bytes(key.private_bytes(*form) + pem)


certified()
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Vault)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(folder / "server.pem")
server.socket = context.wrap_socket(server.socket, server_side=True)
print(server.server_port, flush=True)
server.serve_forever()
