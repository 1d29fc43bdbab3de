#!/bin/sh
# Imports the wrapped key into salesforce-shield.
set -eu
cd -- "$(dirname -- "$0")"
echo 'This bundle was made in a rehearsal; there is nothing to import.' >&2
exit 1
