package main

// What the report says beside its tables.
const (
	introduction = `# Benchmarks

A real CLI makes, changes and destroys many API keys on an emulator of SendGrid
behind a network: 80 ms for every answer, and twice that for a new connection,
one round trip for TCP and one for TLS. The handshakes themselves are real.

` + "```shell" + `
make bench                                   # everything, in about ten minutes
make bench ARGS=-quick                       # in about one
make bench ARGS='-only create,limits -n 10'  # a part of it
make bench > BENCHMARKS.md                   # this page
` + "```" + `

The machine should do nothing else meanwhile. No test asserts a time.
`

	aboutLife = `Each operation is a plan and its apply. The bound is what the same takes without a
network, which is mostly the CLI's own work, plus the round trips that have to
follow one another in each process: one connection, the credential's scopes, the
list of keys before a create, the first create, and one for every ten keys. A
ratio below 1 means that work was done while answers were awaited. Of several runs
the fastest counts, with and without the network, and the most requests,
connections and memory: what else a machine does only ever adds.

Surplus requests are those beyond one a key, one list in an apply that creates, and
one of the credential's scopes in each process that plans a create or re-scope.
Connections and peak memory (VmHWM below /proc, on Linux) are those of the provider
process that had most, processor time is that of all of them.
`

	aboutLimits = `The bound runs from the start of the plan to the opening of the last window that
is needed, as the reset headers tell it, counted from the window of the first
request.
`

	aboutStart = `From the start of the process to the last byte of the schema, without a CLI, beside a
provider with one resource that has one attribute. Peak memory is taken then.
Medians of many starts in turns. Both are built as a release is, and stripped.
`

	aboutHot = `Go benchmarks of what runs for every key, but for the catalogue, which is read once
a process. GetAPIKey and ListAPIKeys, of 100 keys, are whole calls without a network.
`
)
