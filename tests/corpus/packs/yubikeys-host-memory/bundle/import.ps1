# Imports the wrapped key into AWS KMS. Import parameters are valid until 2026-11-30T01:27:21Z.
$ErrorActionPreference = 'Stop'
Set-Location -LiteralPath $PSScriptRoot
throw 'This bundle was made in a rehearsal; there is nothing to import.'
