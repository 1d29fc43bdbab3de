#!/bin/sh
# Imports the wrapped key into azure-managed-hsm. Import parameters are valid until 2027-01-15T08:00:00Z.
set -eu
cd -- "$(dirname -- "$0")"
sha256sum -c - <<'END'
a80f5c27062cc5b8f82b88d88bbff0e159e606b3f429e2c9f15aad329cc11ac6  records-2027.byok
END
: > receipt.json
az version \
    --output table
az keyvault key import \
    --hsm-name hospital \
    --name records-2027 \
    --byok-file 'records-2027.byok' \
    --kty oct \
    --output json >> receipt.json
cat receipt.json
echo 'Carry the receipt files back; see CHECK-AFTER-IMPORT.txt.'
