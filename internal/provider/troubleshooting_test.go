package provider

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// The guide explains the summary of every error and warning in the code.
func TestTroubleshooting(t *testing.T) {
	t.Parallel()
	guide, err := os.ReadFile("../../templates/guides/troubleshooting.md")
	if err != nil {
		t.Fatal(err)
	}
	var explained []string
	for line := range strings.Lines(string(guide)) {
		if heading, found := strings.CutPrefix(line, "### "); found {
			explained = append(explained, strings.TrimSpace(heading))
		}
		// Errors that should not occur share one section, which quotes them.
		if strings.HasPrefix(line, `"`) {
			explained = append(explained, strings.Split(strings.Trim(line, "\", \n"), `", "`)...)
		}
	}
	summaries := summariesInCode(t)
	if len(summaries) < 30 {
		t.Errorf("only %d summaries are found: %q", len(summaries), summaries)
	}
	for _, summary := range summaries {
		if !slices.Contains(explained, summary) {
			t.Errorf("%q is not explained in Troubleshooting", summary)
		}
	}
}

// summariesInCode returns the summaries of all diagnostics of the package.
func summariesInCode(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	set := token.NewFileSet()
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(set, name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CallExpr:
				if arg := summaryArg(n); arg != nil {
					found = append(found, words(t, set, arg)...)
				}
			case *ast.FuncDecl:
				found = append(found, returnedSummaries(t, set, n)...)
			}
			return true
		})
	}
	slices.Sort(found)
	return slices.Compact(found)
}

// summaryArg returns the summary in a call that creates a diagnostic, nil in others.
func summaryArg(call *ast.CallExpr) ast.Expr {
	var function string
	switch called := call.Fun.(type) {
	case *ast.SelectorExpr:
		function = called.Sel.Name
	case *ast.Ident:
		function = called.Name
	}
	switch function {
	case "AddError", "AddWarning", "NewErrorDiagnostic", "NewWarningDiagnostic", "explained":
		return call.Args[0]
	case "AddAttributeError", "AddAttributeWarning", "NewAttributeErrorDiagnostic", "NewAttributeWarningDiagnostic":
		return call.Args[1]
	default:
		return nil
	}
}

// returnedSummaries returns the first results of a function, if it names them
// summary.
func returnedSummaries(t *testing.T, set *token.FileSet, f *ast.FuncDecl) (found []string) {
	t.Helper()
	if f.Type.Results == nil {
		return nil
	}
	names := f.Type.Results.List[0].Names
	if len(names) == 0 || names[0].Name != "summary" {
		return nil
	}
	ast.Inspect(f.Body, func(n ast.Node) bool {
		if returned, ok := n.(*ast.ReturnStmt); ok {
			found = append(found, words(t, set, returned.Results[0])...)
		}
		return true
	})
	return found
}

// words returns what an expression for a summary can be.
func words(t *testing.T, set *token.FileSet, e ast.Expr) []string {
	t.Helper()
	switch e := e.(type) {
	case *ast.BasicLit:
		if text, err := strconv.Unquote(e.Value); err == nil {
			if text == "" { // No summary of its own.
				return nil
			}
			return []string{text}
		}
	case *ast.Ident:
		if e.Name == "summary" {
			return nil // Found where it is returned.
		}
	case *ast.CallExpr:
		// A format: the heading is what precedes its first value.
		if format := words(t, set, e.Args[0]); len(format) == 1 {
			heading, _, _ := strings.Cut(format[0], " %")
			return []string{heading}
		}
	case *ast.BinaryExpr:
		// "Invalid " and the name of one of the provider's attributes.
		if prefix := words(t, set, e.X); len(prefix) == 1 {
			var all []string
			for field := range reflect.TypeFor[providerModel]().Fields() {
				all = append(all, prefix[0]+field.Tag.Get("tfsdk"))
			}
			return all
		}
	}
	t.Errorf("%s: cannot determine the summary", set.Position(e.Pos()))
	return nil
}
