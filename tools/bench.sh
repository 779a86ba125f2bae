#!/usr/bin/env bash
# Runs the benchmarks and prints their medians, as benchstat does. Run by "make
# bench", which sets the environment of the tests.
#
#   tools/bench.sh      measures the provider of the working tree
#   tools/bench.sh REF  compares it with that of a git ref, by turns
#
# BENCH selects benchmarks by a regular expression, and COUNT is how often each is
# run. BENCH_PROVIDER names a binary to measure in place of the working tree's: any
# provider with a resource sendgrid_api_key that has a name and scopes.
set -euo pipefail

ref=${1:-}
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# build NAME SOURCE builds the provider of SOURCE as a release is built.
build() {
	CGO_ENABLED=0 go -C "$2" build -trimpath -ldflags '-s -w' -o "$work/$1" .
}

# measure NAME SOURCE measures the provider NAME with the benchmarks of the working
# tree, and the packages of SOURCE with their own.
measure() {
	{
		BENCH_PROVIDER=$work/$1 go -C "$root" test -run '^$' -bench "${BENCH:-.}" -timeout 1h ./internal/bench || failed=1
		go -C "$2" test -run '^$' -bench "${BENCH:-.}" ./internal/sendgrid ./internal/scopes && ((!${failed:-0}))
	} | tee -a "$work/$1.txt" >&2
}

if [[ -n ${BENCH_PROVIDER:-} ]]; then
	cp "$BENCH_PROVIDER" "$work/tree"
else
	build tree "$root"
fi
if [[ -n $ref ]]; then
	mkdir "$work/source"
	git -C "$root" archive "$ref" | tar -x -C "$work/source"
	build ref "$work/source"
fi
# A benchmark that fails does not keep the others from being printed.
status=0
for ((i = 0; i < ${COUNT:-6}; i++)); do
	[[ -z $ref ]] || measure ref "$work/source" || status=1
	measure tree "$root" || status=1
done
"$root/bin/benchstat" ${ref:+"$ref=$work/ref.txt"} "tree=$work/tree.txt"
exit "$status"
