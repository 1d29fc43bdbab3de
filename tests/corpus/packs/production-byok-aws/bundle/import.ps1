# Imports the wrapped key into AWS KMS. Import parameters are valid until 2026-11-29T19:58:24Z.
$ErrorActionPreference = 'Stop'
Set-Location -LiteralPath $PSScriptRoot
if ([DateTimeOffset]::UtcNow.ToUnixTimeSeconds() -ge 1795982304) { throw 'The import parameters have expired. Nothing was imported. A new bundle is needed.' }
if ((Get-FileHash -Algorithm SHA256 -LiteralPath 'EncryptedKeyMaterial.bin').Hash -ne '6dfdf463acf70ac71f59626d4afebaf6ce00e3078cd2d19cf749917e550fb24b') { throw 'EncryptedKeyMaterial.bin has changed; copy the bundle again' }
if ((Get-FileHash -Algorithm SHA256 -LiteralPath 'ImportToken.bin').Hash -ne 'f09a39a1fa54401030c4f8f6506bd491be5e0a791fb7583457b61749d47222cc') { throw 'ImportToken.bin has changed; copy the bundle again' }
$receipt = @()
$receipt += aws kms import-key-material --region eu-central-1 --key-id 'arn:aws:kms:eu-central-1:111122223333:key/00000000-0000-4000-8000-000000000000' --output json --encrypted-key-material 'fileb://EncryptedKeyMaterial.bin' --import-token 'fileb://ImportToken.bin' --expiration-model 'KEY_MATERIAL_DOES_NOT_EXPIRE'
if ($LASTEXITCODE -ne 0) { throw 'the command failed; see above' }
Start-Sleep -Seconds 10
$receipt += aws kms describe-key --region eu-central-1 --key-id 'arn:aws:kms:eu-central-1:111122223333:key/00000000-0000-4000-8000-000000000000' --output json
if ($LASTEXITCODE -ne 0) { throw 'the command failed; see above' }
$receipt | Out-File -FilePath receipt.json -Encoding ascii
'Carry the receipt files back; see CHECK-AFTER-IMPORT.txt.'
