#!/usr/bin/env bash
# Builds a release of the current directory into dist/, without signature and SBOMs.
# It needs no tag, no remote and no clean tree.
#
#   tools/snapshot.sh             for every platform
#   tools/snapshot.sh linux_amd64 for that one
set -euo pipefail

goreleaser=$(cd "$(dirname "$0")/.." && pwd)/bin/goreleaser
platform=${1:-}

# goreleaser either builds for a single platform or creates archives, so the other
# platforms are removed from its list.
config() {
	awk -v platform="$platform" '
		/^ +- [a-z]+_[a-z0-9]+$/ { if (platform != "" && $2 != platform) next; found = 1 }
		{ print }
		END { exit !found }
	' .goreleaser.yml
}

if ! config >/dev/null; then
	echo "No platform of .goreleaser.yml is called $platform." >&2
	exit 1
fi

# Without a remote goreleaser would not read the time of the commit.
export GIT_CONFIG_COUNT=1
export GIT_CONFIG_KEY_0=remote.origin.url
export GIT_CONFIG_VALUE_0=https://github.com/terraform-sendgrid/terraform-provider-sendgrid

config | "$goreleaser" release --config=- --snapshot --clean --skip=sign,sbom
