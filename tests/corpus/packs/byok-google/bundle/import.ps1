# Imports the wrapped key into google-kms. Import parameters are valid until 2026-11-30T18:56:36Z.
$ErrorActionPreference = 'Stop'
Set-Location -LiteralPath $PSScriptRoot
throw 'This bundle was made in a rehearsal; there is nothing to import.'
