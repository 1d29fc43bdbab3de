# Runs a command with opencryptoki's daemon and a store of its own, in namespaces that end with it, so that neither the
# machine's tokens nor its processes are touched: unshare … sh opencryptoki.sh FOLDER COMMAND…
set -eu
folder=$1
shift
cp -a /var/lib/opencryptoki/. "$folder"
mount --bind "$folder" /var/lib/opencryptoki
mount -t tmpfs none /run
mkdir -p /run/lock/opencryptoki/swtok /run/opencryptoki
pkcsslotd
"$@"
