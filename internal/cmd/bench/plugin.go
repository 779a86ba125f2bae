package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"time"
)

// plugin is a provider process without a CLI: what a CLI does to have its
// schema, and no more.
type plugin struct {
	cmd    *exec.Cmd
	client *http.Client
}

// startPlugin starts the provider at path and reads where it listens.
func startPlugin(ctx context.Context, path, dir string) (*plugin, error) {
	cmd := exec.CommandContext(ctx, path)
	cmd.Env = append(cleanEnv(),
		// What tells a provider that a CLI started it.
		"TF_PLUGIN_MAGIC_COOKIE=d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2",
		"PLUGIN_PROTOCOL_VERSIONS=6",
		"PLUGIN_UNIX_SOCKET_DIR="+dir,
	)
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	p := &plugin{cmd: cmd}
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		p.stop()
		return nil, fmt.Errorf("%s does not say where it listens: %w", path, err)
	}
	network, addr, err := parseHandshake(line)
	if err != nil {
		p.stop()
		return nil, err
	}
	p.client = plaintextHTTP2(network, addr)
	return p, nil
}

// parseHandshake reads the line in which a plugin says where it listens:
// "1|6|unix|/tmp/plugin123|grpc|".
func parseHandshake(line string) (network, addr string, err error) {
	fields := strings.Split(strings.TrimSpace(line), "|")
	if len(fields) < 5 || fields[1] != "6" || fields[4] != "grpc" {
		return "", "", fmt.Errorf("not a plugin of protocol 6: %q", line)
	}
	return fields[2], fields[3], nil
}

// plaintextHTTP2 returns what gRPC without TLS is spoken over.
func plaintextHTTP2(network, addr string) *http.Client {
	var protocols http.Protocols
	protocols.SetUnencryptedHTTP2(true)
	return &http.Client{Transport: &http.Transport{
		Protocols: &protocols,
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, network, addr)
		},
	}}
}

// schema asks for the provider's schema and returns its size.
func (p *plugin) schema(ctx context.Context) (int, error) {
	// An empty message, not compressed.
	message := bytes.NewReader(make([]byte, 5))
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://plugin/tfplugin6.Provider/GetProviderSchema", message)
	if err != nil {
		return 0, err
	}
	req.Header.Set("Content-Type", "application/grpc")
	req.Header.Set("Te", "trailers")
	resp, err := p.client.Do(req)
	if err != nil {
		return 0, err
	}
	defer func() { _ = resp.Body.Close() }()
	size, err := io.Copy(io.Discard, resp.Body)
	if err != nil {
		return 0, err
	}
	if status := resp.Trailer.Get("Grpc-Status"); status != "0" {
		return 0, fmt.Errorf("no schema: gRPC status %q: %s", status, resp.Trailer.Get("Grpc-Message"))
	}
	return int(size), nil
}

// stop ends the process without a word: it holds nothing.
func (p *plugin) stop() {
	_ = p.cmd.Process.Kill()
	_ = p.cmd.Wait()
}

// rest is what a provider needs before anything is asked of it.
type rest struct {
	// start runs from exec to the last byte of the schema.
	start time.Duration
	// memory is the peak, in bytes, 0 where it cannot be told.
	memory int64
}

// measureRest starts the provider at path once.
func measureRest(ctx context.Context, path string) (r rest, err error) {
	dir, err := os.MkdirTemp("", "bench-plugin-")
	if err != nil {
		return rest{}, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()

	begin := time.Now()
	p, err := startPlugin(ctx, path, dir)
	if err != nil {
		return rest{}, err
	}
	defer p.stop()
	size, err := p.schema(ctx)
	r.start = time.Since(begin)
	if err != nil {
		return rest{}, err
	}
	if size == 0 {
		return rest{}, fmt.Errorf("%s: empty schema", path)
	}
	// What was put off until after the answer counts as well.
	time.Sleep(20 * time.Millisecond)
	r.memory = usageOf(p.cmd.Process.Pid).peak
	return r, nil
}
