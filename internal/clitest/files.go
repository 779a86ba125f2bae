package clitest

import (
	"archive/zip"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// Files returns the content of every file in the folder by its name, providers
// excluded. The files inside a plan, a zip named *.tfplan, are included under
// "NAME.tfplan/FILE".
func (f *Folder) Files() map[string]string {
	f.tb.Helper()
	found := map[string]string{}
	err := fs.WalkDir(os.DirFS(f.Dir), ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && entry.Name() == ".terraform":
			return fs.SkipDir
		case entry.IsDir():
			return nil
		}
		found[name] = f.Read(name)
		if path.Ext(name) == ".tfplan" {
			return unpack(filepath.Join(f.Dir, name), func(file, content string) { found[name+"/"+file] = content })
		}
		return nil
	})
	if err != nil {
		f.tb.Fatal(err)
	}
	return found
}

// unpack calls each with every file in a zip.
func unpack(name string, each func(file, content string)) error {
	packed, err := zip.OpenReader(name)
	if err != nil {
		return err
	}
	defer func() { _ = packed.Close() }()
	for _, file := range packed.File {
		r, err := file.Open()
		if err != nil {
			return err
		}
		content, err := io.ReadAll(r)
		if err != nil {
			return err
		}
		each(file.Name, string(content))
	}
	return nil
}

// Containing returns the sorted names of the texts that contain any of the
// substrings.
func Containing(texts map[string]string, substrings ...string) []string {
	var names []string
	for name, text := range texts {
		if slices.ContainsFunc(substrings, func(substring string) bool { return strings.Contains(text, substring) }) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}
