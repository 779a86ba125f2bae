package cli

import (
	"archive/zip"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
)

// Files returns the content of every file in the folder by its name, providers
// excluded. The files inside a plan, a zip named *.tfplan, are included under
// "NAME.tfplan/FILE".
func (f *Folder) Files() (map[string]string, error) {
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
		full := filepath.Join(f.Dir, name)
		content, err := os.ReadFile(full)
		if err != nil {
			return err
		}
		found[name] = string(content)
		if path.Ext(name) == ".tfplan" {
			return unpack(full, func(file, content string) { found[name+"/"+file] = content })
		}
		return nil
	})
	return found, err
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
