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

// Files returns what is in the folder, by name, without the providers. What is
// packed in a plan, a file named *.tfplan, is there by "NAME.tfplan/FILE" as well.
func (f *Folder) Files() map[string]string {
	f.t.Helper()
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
		f.t.Fatal(err)
	}
	return found
}

// unpack hands over the files of a zip.
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

// Holding returns the sorted names of the texts that hold any of the words.
func Holding(texts map[string]string, words ...string) []string {
	var names []string
	for name, text := range texts {
		if slices.ContainsFunc(words, func(word string) bool { return strings.Contains(text, word) }) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}
