#!/bin/sh
# Stops the key arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab at AWS KMS, stage by stage.
# Read it first. Then run it online with the name of one stage, as somebody who may do that there: sh stop.sh disable
# disable stops all use at once; undo makes it usable again.
# expire deletes the imported material at once; the same material, and no other, can be imported again. Of a key with
# several it deletes the current one, and the key is unusable until that is back.
# delete has AWS delete the key after 30 days; restore cancels that, and leaves the key disabled.
# revoke lists the grants and the key's policy. A grant allows use beside the policy.
# A multi-Region key is stopped in each of its Regions, with the ARN that it has there.
set -eu
echo 'This script was made in a rehearsal; there is no key to stop.' >&2
exit 1
