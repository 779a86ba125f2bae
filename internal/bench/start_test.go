package bench

import (
	"os/exec"
	"strconv"
	"testing"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"
	"google.golang.org/protobuf/types/known/emptypb"
)

// BenchmarkStart measures what every command of a CLI pays: from the start of the
// provider to its schema, without a CLI.
func BenchmarkStart(b *testing.B) {
	program := provider(b)
	var peak float64
	for b.Loop() {
		client := plugin.NewClient(&plugin.ClientConfig{
			HandshakeConfig: plugin.HandshakeConfig{
				MagicCookieKey:   "TF_PLUGIN_MAGIC_COOKIE",
				MagicCookieValue: "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2",
			},
			VersionedPlugins: map[int]plugin.PluginSet{6: {}},
			AllowedProtocols: []plugin.Protocol{plugin.ProtocolGRPC},
			Cmd:              exec.CommandContext(b.Context(), program),
			Logger:           hclog.NewNullLogger(),
		})
		getSchema(b, client)
		b.StopTimer()
		// What the provider postpones until it has sent its schema counts too.
		time.Sleep(20 * time.Millisecond)
		peak = max(peak, peakMemory(strconv.Itoa(client.ReattachConfig().Pid)))
		client.Kill()
		b.StartTimer()
	}
	b.ReportMetric(peak, "peak-MiB")
}

func getSchema(b *testing.B, client *plugin.Client) {
	b.Helper()
	protocol, err := client.Client()
	if err != nil {
		b.Fatal(err)
	}
	rpc, ok := protocol.(*plugin.GRPCClient)
	if !ok {
		b.Fatalf("the provider uses %T", protocol)
	}
	// The response is received, but not decoded: every field of it is unknown.
	const method = "/tfplugin6.Provider/GetProviderSchema"
	if err := rpc.Conn.Invoke(b.Context(), method, &emptypb.Empty{}, &emptypb.Empty{}); err != nil {
		b.Fatal(err)
	}
}
