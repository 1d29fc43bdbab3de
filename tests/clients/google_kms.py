"""Google's own client for Cloud KMS, and a key ring on this machine that unwraps.

python google_kms.py serve FOLDER         the stand-in; FOLDER/wrapping.p8 is the job's private key, FOLDER/method its method
python google_kms.py job PORT FOLDER      writes FOLDER/job.json as `gcloud kms import-jobs describe --format json` would
python google_kms.py import PORT FOLDER ALGORITHM   imports FOLDER/WrappedKey.bin and writes the receipt's files
"""

import base64
import http.server
import json
import pathlib
import sys

RING = "projects/hospital-1/locations/europe-west3/keyRings/records"
KEY = f"{RING}/cryptoKeys/k1"
JOB = f"{RING}/importJobs/j1"


def serve(folder):
    from cryptography.hazmat.primitives import hashes, keywrap, serialization
    from cryptography.hazmat.primitives.asymmetric import padding

    folder = pathlib.Path(folder)
    private = serialization.load_der_private_key((folder / "wrapping.p8").read_bytes(), None)
    method = (folder / "method").read_text()
    form = (serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    made = {}

    def unwrapped(blob):
        digest = hashes.SHA1() if "_SHA1_" in method else hashes.SHA256()
        cut = private.key_size // 8
        first = private.decrypt(blob[:cut], padding.OAEP(padding.MGF1(digest), digest, None))
        if not method.endswith("_AES_256"):
            assert len(blob) == cut
            return first
        assert len(first) == 32
        return keywrap.aes_key_unwrap_with_padding(first, blob[cut:])

    class Ring(http.server.BaseHTTPRequestHandler):
        def log_message(self, *_):
            pass

        def answer(self, body, status=200):
            data = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def do_GET(self):
            path = self.path.split("?")[0].removeprefix("/v1/")
            if path == JOB:
                return self.answer({
                    "name": JOB, "importMethod": method, "protectionLevel": "HSM", "state": "ACTIVE",
                    "createTime": "2026-11-24T08:00:00.123456Z", "expireTime": "2027-01-15T08:00:00.123456Z",
                    "publicKey": {"pem": private.public_key().public_bytes(*form).decode()},
                })
            if path.endswith("/publicKey"):
                key = serialization.load_der_private_key(made[path.removesuffix("/publicKey")]["material"], None)
                return self.answer({"pem": key.public_key().public_bytes(*form).decode(), "algorithm": made["algorithm"]})
            return self.answer(made[path]["version"])

        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            try:
                assert self.path.split("?")[0] == f"/v1/{KEY}/cryptoKeyVersions:import", self.path
                assert body["importJob"] == JOB
                material = unwrapped(base64.b64decode(body["wrappedKey"]))
            except Exception as why:  # a stand-in answers every mistake with what went wrong
                return self.answer({"error": {"code": 400, "message": f"{type(why).__name__}: {why}"}}, 400)
            name = f"{KEY}/cryptoKeyVersions/1"
            algorithm = body["algorithm"]
            if not isinstance(algorithm, str):
                from google.cloud.kms_v1 import CryptoKeyVersion

                algorithm = CryptoKeyVersion.CryptoKeyVersionAlgorithm(algorithm).name
            version = {
                "name": name, "state": "ENABLED", "protectionLevel": "HSM", "algorithm": algorithm, "importJob": JOB,
                "importTime": "2026-11-24T11:00:00Z",
            }
            made[name] = {"version": version, "material": material}
            made["algorithm"] = algorithm
            (folder / "imported").write_bytes(material)
            return self.answer(version)

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Ring)
    print(server.server_port, flush=True)
    server.serve_forever()


def client(port):
    from google.auth.credentials import AnonymousCredentials
    from google.cloud import kms_v1
    from google.cloud.kms_v1.services.key_management_service.transports import KeyManagementServiceRestTransport

    transport = KeyManagementServiceRestTransport(
        host=f"127.0.0.1:{port}", url_scheme="http", credentials=AnonymousCredentials()
    )
    return kms_v1, kms_v1.KeyManagementServiceClient(transport=transport)


def job(port, folder):
    kms_v1, ring = client(port)
    read = ring.get_import_job(name=JOB)
    text = kms_v1.ImportJob.to_json(read, use_integers_for_enums=False, including_default_value_fields=False)
    (pathlib.Path(folder) / "job.json").write_text(text)


def import_key(port, folder, algorithm):
    kms_v1, ring = client(port)
    folder = pathlib.Path(folder)
    version = ring.import_crypto_key_version(request={
        "parent": KEY, "import_job": JOB, "algorithm": algorithm,
        "wrapped_key": (folder / "WrappedKey.bin").read_bytes(),
    })
    version = ring.get_crypto_key_version(name=version.name)
    text = kms_v1.CryptoKeyVersion.to_json(version, use_integers_for_enums=False, including_default_value_fields=False)
    (folder / "receipt.json").write_text(text)
    if algorithm.startswith(("EC_", "RSA_")):
        (folder / "receipt-public-key.pem").write_text(ring.get_public_key(name=version.name).pem)


{"serve": serve, "job": job, "import": import_key}[sys.argv[1]](*sys.argv[2:])
