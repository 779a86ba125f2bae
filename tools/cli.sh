#!/usr/bin/env bash
# Finds the CLI that tests, demo and formatting run with: TF_ACC_TERRAFORM_PATH
# if set, else terraform or tofu from PATH, else OpenTofu built by Go from
# tools/opentofu.
#
#   tools/cli.sh                  prints the CLI's absolute path
#   tools/cli.sh COMMAND [ARG]... runs COMMAND with the environment from which the
#                                 acceptance tests learn about the CLI
set -euo pipefail

# Nothing here depends on the user's settings. OpenTofu would also print a warning
# in place of its version if this named a file that does not exist.
unset TF_CLI_CONFIG_FILE
export CHECKPOINT_DISABLE=1

tools=$(cd "$(dirname "$0")" && pwd)

build_tofu() {
	local root
	root=$(dirname "$tools")
	make -s --no-print-directory -C "$root" bin/tofu >&2 || return
	echo "$root/bin/tofu"
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
	# The tests use the provider without a source, which OpenTofu then looks up
	# in its own registry.
	export TF_ACC_PROVIDER_HOST=registry.opentofu.org
	export TF_ACC_PROVIDER_NAMESPACE=hashicorp
fi
exec "$@"
