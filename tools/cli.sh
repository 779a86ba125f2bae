#!/usr/bin/env bash
# Finds the CLI that tests, demo and formatting run with: TF_ACC_TERRAFORM_PATH
# if set, else terraform or tofu from PATH, else OpenTofu built by Go from
# tools/opentofu.
#
#   tools/cli.sh                  prints the CLI's absolute path
#   tools/cli.sh COMMAND [ARG]... runs COMMAND with what the acceptance tests
#                                 need to know about the CLI in the environment
set -euo pipefail

# OpenTofu prints a warning where its version is expected if this names a file
# that does not exist, and nothing here should depend on a user's settings.
unset TF_CLI_CONFIG_FILE
export CHECKPOINT_DISABLE=1

tools=$(cd "$(dirname "$0")" && pwd)

build_tofu() {
	local tofu
	tofu=$(dirname "$tools")/bin/tofu
	if [[ ! $tofu -nt $tools/opentofu/go.mod ]]; then
		echo "Found neither terraform nor tofu: building OpenTofu, which takes some minutes." >&2
		# Without dev=no it would call itself a development version.
		CGO_ENABLED=0 go -C "$tools/opentofu" build -o "$tofu" \
			-ldflags '-s -w -X github.com/opentofu/opentofu/version.dev=no' \
			github.com/opentofu/opentofu/cmd/tofu || return
	fi
	echo "$tofu"
}

if [[ -n ${TF_ACC_TERRAFORM_PATH:-} ]]; then
	cli=$TF_ACC_TERRAFORM_PATH
else
	cli=$(type -P terraform || type -P tofu || build_tofu)
fi
cli=$(cd "$(dirname "$cli")" && pwd)/$(basename "$cli")

if [[ $# -eq 0 ]]; then
	echo "$cli"
	exit
fi

export TF_ACC_TERRAFORM_PATH=$cli
if [[ $("$cli" version) == OpenTofu* ]]; then
	# The tests name the provider without a source, and OpenTofu looks for
	# that in its own registry.
	export TF_ACC_PROVIDER_HOST=registry.opentofu.org
	export TF_ACC_PROVIDER_NAMESPACE=hashicorp
fi
exec "$@"
