# Imports the wrapped key into oracle-vault.
$ErrorActionPreference = 'Stop'
Set-Location -LiteralPath $PSScriptRoot
throw 'This bundle was made in a rehearsal; there is nothing to import.'
