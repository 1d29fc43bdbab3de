# Imports the wrapped key into AWS KMS. Import parameters are valid until 2026-12-01T05:25:06Z.
$ErrorActionPreference = 'Stop'
Set-Location -LiteralPath $PSScriptRoot
throw 'This bundle was made in a rehearsal; there is nothing to import.'
