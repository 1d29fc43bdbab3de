#!/bin/sh
# Imports the wrapped key into AWS KMS. Import parameters are valid until 2026-11-29T19:58:24Z.
set -eu
cd -- "$(dirname -- "$0")"
if [ "$(date -u +%s)" -ge 1795982304 ]; then
    echo 'The import parameters have expired. Nothing was imported. A new bundle is needed.' >&2
    exit 1
fi
check='sha256sum -c -'
command -v sha256sum >/dev/null || check='shasum -a 256 -c -'
$check <<'END'
6dfdf463acf70ac71f59626d4afebaf6ce00e3078cd2d19cf749917e550fb24b  EncryptedKeyMaterial.bin
f09a39a1fa54401030c4f8f6506bd491be5e0a791fb7583457b61749d47222cc  ImportToken.bin
END
: > receipt.json
aws kms import-key-material \
    --region eu-central-1 \
    --key-id 'arn:aws:kms:eu-central-1:111122223333:key/00000000-0000-4000-8000-000000000000' \
    --output json \
    --encrypted-key-material 'fileb://EncryptedKeyMaterial.bin' \
    --import-token 'fileb://ImportToken.bin' \
    --expiration-model 'KEY_MATERIAL_DOES_NOT_EXPIRE' >> receipt.json
sleep 10
aws kms describe-key \
    --region eu-central-1 \
    --key-id 'arn:aws:kms:eu-central-1:111122223333:key/00000000-0000-4000-8000-000000000000' \
    --output json >> receipt.json
cat receipt.json
echo 'Carry the receipt files back; see CHECK-AFTER-IMPORT.txt.'
