#!/usr/bin/env bash
# Builds a release of the current directory into dist/: everything that is published
# but the signature.
#
#   tools/build-release.sh                        of the tag at HEAD
#   tools/build-release.sh --snapshot             without a tag, a remote or a clean tree
#   tools/build-release.sh --snapshot linux_amd64 for that platform only
set -euo pipefail

bin=$(cd "$(dirname "$0")/.." && pwd)/bin
PATH=$bin:$PATH

snapshot() {
	local platform=${1:-}
	# goreleaser either builds for a single platform or creates archives, so the
	# other platforms are removed from its list.
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

	config | goreleaser release --config=- --clean --snapshot
}

if [[ ${1:-} == --snapshot ]]; then
	snapshot "${2:-}"
else
	goreleaser release --clean
fi

# goreleaser lists the registry's manifest in the checksums, but leaves it where it is.
sums=(dist/*_SHA256SUMS)
cp terraform-registry-manifest.json "${sums[0]%SHA256SUMS}manifest.json"
