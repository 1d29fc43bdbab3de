# Imports the wrapped key into AWS KMS. Import parameters are valid until 2027-01-15T08:00:00Z.
$ErrorActionPreference = 'Stop'
Set-Location -LiteralPath $PSScriptRoot
if ((Get-FileHash -Algorithm SHA256 -LiteralPath 'EncryptedKeyMaterial.bin').Hash -ne '15933044960fd23a7daaac9ce51355f1f39894d1c3fe6de21b59b28ce2c77e77') { throw 'EncryptedKeyMaterial.bin has changed; copy the bundle again' }
if ((Get-FileHash -Algorithm SHA256 -LiteralPath 'ImportToken.bin').Hash -ne '7e2eea4aea01256510ec8f377abd9acd10f10fa6b178ca6da8223338e952509e') { throw 'ImportToken.bin has changed; copy the bundle again' }
$receipt = @()
$receipt += aws kms import-key-material --region eu-central-1 --key-id 'arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab' --output json --encrypted-key-material 'fileb://EncryptedKeyMaterial.bin' --import-token 'fileb://ImportToken.bin' --expiration-model 'KEY_MATERIAL_DOES_NOT_EXPIRE'
if ($LASTEXITCODE -ne 0) { throw 'the command failed; see above' }
$receipt += aws kms describe-key --region eu-central-1 --key-id 'arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab' --output json
if ($LASTEXITCODE -ne 0) { throw 'the command failed; see above' }
$receipt | Out-File -FilePath receipt.json -Encoding ascii
'Carry the receipt files back; see CHECK-AFTER-IMPORT.txt.'
