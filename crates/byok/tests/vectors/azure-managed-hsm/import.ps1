# Imports the wrapped key into azure-managed-hsm. Import parameters are valid until 2027-01-15T08:00:00Z.
$ErrorActionPreference = 'Stop'
Set-Location -LiteralPath $PSScriptRoot
if ((Get-FileHash -Algorithm SHA256 -LiteralPath 'records-2027.byok').Hash -ne 'a80f5c27062cc5b8f82b88d88bbff0e159e606b3f429e2c9f15aad329cc11ac6') { throw 'records-2027.byok has changed; copy the bundle again' }
$receipt = @()
az version --output table
if ($LASTEXITCODE -ne 0) { throw 'the command failed; see above' }
$receipt += az keyvault key import --hsm-name hospital --name records-2027 --byok-file 'records-2027.byok' --kty oct --output json
if ($LASTEXITCODE -ne 0) { throw 'the command failed; see above' }
$receipt | Out-File -FilePath receipt.json -Encoding ascii
'Carry the receipt files back; see CHECK-AFTER-IMPORT.txt.'
