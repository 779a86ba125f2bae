package release

import (
	"bytes"
	"debug/buildinfo"
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// An SBOM lists the modules in a binary, and nothing else.
func TestSBOMs(t *testing.T) {
	t.Parallel()
	d := dist(t)
	for platform, path := range d.zips {
		t.Run(platform, func(t *testing.T) {
			t.Parallel()
			info, err := buildinfo.Read(bytes.NewReader(unzip(t, open(t, path), d.binary(platform))))
			if err != nil {
				t.Fatal(err)
			}
			want := map[string]string{
				info.Main.Path: "v" + d.version,
				"std":          info.GoVersion,
			}
			for _, module := range info.Deps {
				want[module.Path] = module.Version
			}
			if diff := cmp.Diff(want, modules(t, d.file(platform+".cdx.json"))); diff != "" {
				t.Errorf("modules (-binary +SBOM):\n%s", diff)
			}
		})
	}
}

// modules returns the modules in an SBOM with their versions.
func modules(t *testing.T, path string) map[string]string {
	t.Helper()
	type component struct {
		Name    string `json:"name"`
		Version string `json:"version"`
	}
	var sbom struct {
		Format   string `json:"bomFormat"`
		Metadata struct {
			Component component `json:"component"`
		} `json:"metadata"`
		Components []component `json:"components"`
	}
	if err := json.Unmarshal(read(t, path), &sbom); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	if sbom.Format != "CycloneDX" {
		t.Errorf("%s has format %q", path, sbom.Format)
	}
	modules := map[string]string{}
	for _, c := range append(sbom.Components, sbom.Metadata.Component) {
		modules[c.Name] = c.Version
	}
	return modules
}
