#!/usr/bin/env bash
# Checks that a tag of the current repository can be released.
#
#   tools/check-tag.sh v1.2.3
set -euo pipefail

tag=$1

fail() {
	echo "$tag cannot be released: $1." >&2
	exit 1
}

[[ $tag =~ ^v[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.-]+)?$ ]] ||
	fail 'it is not a semantic version'

# What is on main was reviewed and tested there.
git merge-base --is-ancestor "refs/tags/$tag" refs/remotes/origin/main ||
	fail 'its commit is not on main'

grep -qF "## [${tag#v}]" CHANGELOG.md ||
	fail 'CHANGELOG.md has no section for it'

# Nobody can check a signature without the fingerprint of the key.
grep -qE '([0-9A-F]{4} +){9}[0-9A-F]{4}' templates/guides/verify-a-release.md ||
	fail 'templates/guides/verify-a-release.md does not have the fingerprint of the signing key'
