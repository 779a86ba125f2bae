package main

import (
	"archive/zip"
	"encoding/json"
	"errors"
	"io/fs"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

const (
	module  = "github.com/terraform-sendgrid/terraform-provider-sendgrid"
	version = "v0.0.1"
)

// The command of README.md starts the emulator without a checkout, from a module
// proxy that holds this tree as a version.
func TestGoRun(t *testing.T) {
	t.Parallel()
	proxy := publish(t, filepath.Join("..", "..", ".."))
	cache, err := exec.CommandContext(t.Context(), "go", "env", "GOMODCACHE").Output()
	if err != nil {
		t.Fatal(err)
	}
	downloaded := filepath.Join(strings.TrimSpace(string(cache)), "cache", "download")
	cmd := exec.CommandContext(t.Context(), "go", "run", module+"/internal/cmd/sendgrid-emulator@"+version, "-h")
	cmd.Dir = t.TempDir()
	cmd.Env = append(os.Environ(),
		// What the module requires has been downloaded and verified already.
		"GOPROXY="+fileURL(proxy)+","+fileURL(downloaded), "GOSUMDB=off", "GONOPROXY=none", "GOPRIVATE=",
		// The user's cache must not contain a version that was never published.
		"GOMODCACHE="+filepath.Join(proxy, "cache"), "GOFLAGS=-modcacherw", "GOWORK=off",
	)
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "Usage of sendgrid-emulator") {
		t.Errorf("%v\n%s", err, out)
	}
}

func fileURL(dir string) string {
	slashed := filepath.ToSlash(dir)
	if !strings.HasPrefix(slashed, "/") {
		slashed = "/" + slashed // A Windows path begins with a drive.
	}
	return (&url.URL{Scheme: "file", Path: slashed}).String()
}

// publish returns a directory with the layout of a module proxy, which holds the
// module whose files are in root.
func publish(t *testing.T, root string) string {
	t.Helper()
	proxy := t.TempDir()
	dir := filepath.Join(proxy, filepath.FromSlash(module), "@v")
	info, err := json.Marshal(map[string]string{"Version": version})
	if err != nil {
		t.Fatal(err)
	}
	goMod, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	err = errors.Join(
		os.MkdirAll(dir, 0o755),
		os.WriteFile(filepath.Join(dir, "list"), []byte(version+"\n"), 0o600),
		os.WriteFile(filepath.Join(dir, version+".info"), info, 0o600),
		os.WriteFile(filepath.Join(dir, version+".mod"), goMod, 0o600),
		archive(filepath.Join(dir, version+".zip"), root),
	)
	if err != nil {
		t.Fatal(err)
	}
	return proxy
}

// archive writes a zip of the module, as far as the emulator needs it.
func archive(name, root string) (err error) {
	file, err := os.Create(name)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	w := zip.NewWriter(file)
	defer func() { err = errors.Join(err, w.Close()) }()
	return fs.WalkDir(os.DirFS(root), "internal", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		packed, err := w.Create(module + "@" + version + "/" + path)
		if err != nil {
			return err
		}
		content, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(path)))
		if err != nil {
			return err
		}
		_, err = packed.Write(content)
		return err
	})
}
