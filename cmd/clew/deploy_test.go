package main

import (
	"debug/elf"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"clew/internal/pgtest"

	"github.com/alecthomas/kong"
)

// sourceRoot is the top folder of the source, as seen from this package's tests.
var sourceRoot = filepath.Join("..", "..")

// TestDeploy_Image does what the image's build does, where images cannot be built: it copies what the build is given to an
// empty folder, runs there the line that the Dockerfile runs, and starts what came of it.
func TestDeploy_Image(t *testing.T) {
	dir := t.TempDir()
	source, binary := filepath.Join(dir, "src"), filepath.Join(dir, "clew")
	copyContext(t, source)
	dockerfile := readText(t, "deploy/Dockerfile")
	line := regexp.MustCompile(`(?m)^RUN (.*deploy/build) /clew$`).FindStringSubmatch(dockerfile)
	if line == nil || !strings.Contains(dockerfile, "COPY --from=build /clew /clew") || !strings.Contains(dockerfile, "ENTRYPOINT [\"/clew\"]\nCMD [\"serve\"]") {
		t.Fatal("the Dockerfile no longer makes /clew with deploy/build, takes it over and serves")
	}
	desk := regexp.MustCompile(`(?m)^RUN (.*scripts/desk)$`).FindStringSubmatch(dockerfile)
	if desk == nil || !strings.Contains(dockerfile, "COPY --from=desk /src/web/build web/build") {
		t.Fatal("the Dockerfile no longer builds the web pages with scripts/desk and takes them over")
	}
	for _, command := range []string{desk[1], line[1] + " " + binary} {
		build := exec.Command("/bin/sh", "-c", command)
		build.Dir = source
		build.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + os.Getenv("HOME"), "VERSION=v9.8.7", "GOFLAGS=-mod=readonly",
			"GOCACHE=" + goEnv(t, "GOCACHE"), "GOMODCACHE=" + goEnv(t, "GOMODCACHE"), "GOPROXY=" + goEnv(t, "GOPROXY")}
		out, err := build.CombinedOutput()
		if err != nil || command != desk[1] && !strings.Contains(string(out), "v9.8.7") {
			t.Fatalf("%s: %v\n%s", command, err, out)
		}
	}
	if runtime.GOOS == "linux" {
		file, err := elf.Open(binary)
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		if slices.ContainsFunc(file.Progs, func(p *elf.Prog) bool { return p.Type == elf.PT_INTERP }) {
			t.Error("the program is not static: the image has no loader for it")
		}
	}
	s := startKillable(t, binary, filepath.Join(dir, "data"))
	answer, err := s.http.Get(s.url + "/readyz")
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		t.Errorf("/readyz answers %s", answer.Status)
	}
	page, err := s.http.Get(s.url + "/")
	if err != nil {
		t.Fatal(err)
	}
	defer page.Body.Close()
	if page.StatusCode != http.StatusOK || !strings.Contains(page.Header.Get("Content-Security-Policy"), "'sha256-") {
		t.Errorf("the web pages answer %s with the policy %q", page.Status, page.Header.Get("Content-Security-Policy"))
	}
}

// copyContext copies the source but for what the image's build leaves out.
func copyContext(t *testing.T, to string) {
	t.Helper()
	var out []string
	for line := range strings.Lines(readText(t, "deploy/Dockerfile.dockerignore")) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			out = append(out, line)
		}
	}
	err := filepath.WalkDir(sourceRoot, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, _ := filepath.Rel(sourceRoot, path)
		if slices.Contains(out, name) || slices.Contains(out, "**/"+entry.Name()) {
			if entry.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		switch {
		case entry.IsDir():
			return os.MkdirAll(filepath.Join(to, name), 0o755)
		case !entry.Type().IsRegular():
			return nil
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(to, name), text, info.Mode().Perm())
	})
	if err != nil {
		t.Fatal(err)
	}
}

func readText(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(sourceRoot, filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func goEnv(t *testing.T, name string) string {
	t.Helper()
	out, err := exec.Command("go", "env", name).Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(out))
}

// TestDeploy_Roles runs the script that makes the roles against a server, and asks what they may do.
func TestDeploy_Roles(t *testing.T) {
	s := pgtest.Bare(t, pgtest.Options{Unsafe: true})
	script := exec.Command(filepath.Join(sourceRoot, "deploy", "roles.sh"))
	script.Env = append(os.Environ(), s.Environment()...)
	script.Env = append(script.Env, "CLEW_OWNER_PASSWORD=it's one", "CLEW_APP_PASSWORD=another$")
	if out, err := script.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for question, want := range map[string]string{
		`has_database_privilege('clew_owner', 'clew', 'CREATE')`:                                                  "true",
		`has_database_privilege('clew_app', 'clew', 'CONNECT')`:                                                   "true",
		`has_database_privilege('clew_app', 'clew', 'CREATE')`:                                                    "false",
		`has_database_privilege('clew_app', 'clew', 'TEMPORARY')`:                                                 "false",
		`SELECT bool_or(rolsuper OR rolcreaterole OR rolcreatedb) FROM pg_roles WHERE rolname LIKE 'clew%'`:       "false",
		`SELECT count(*) FROM pg_authid WHERE rolname LIKE 'clew%' AND rolpassword LIKE 'SCRAM%' AND rolcanlogin`: "2",
	} {
		if got, err := s.Ask("clew", question); err != nil || got != want {
			t.Errorf("%s is %s, want %s (%v)", question, got, want, err)
		}
	}
}

// TestDeploy_Settings asks the command line whether it knows what the files of deploy say to it.
func TestDeploy_Settings(t *testing.T) {
	parser, err := kong.New(&commands{}, kong.Exit(func(int) { t.Fatal("the command line shows its help") }))
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for _, flags := range append(parser.Model.AllFlags(false), leafFlags(parser.Model.Node)...) {
		for _, flag := range flags {
			for _, name := range flag.Envs {
				known[name] = true
			}
		}
	}
	compose, unit := readText(t, "deploy/compose.yaml"), readText(t, "deploy/clew.service")
	commandLines := [][]string{strings.Fields(regexp.MustCompile(`(?m)^ExecStart=/usr/local/bin/clew (.*)$`).FindStringSubmatch(unit)[1])}
	for _, found := range regexp.MustCompile(`(?m)^    command: \[(.*)\]$`).FindAllStringSubmatch(compose, -1) {
		commandLines = append(commandLines, strings.Split(found[1], ", "))
	}
	once := regexp.MustCompile(`run --rm setup (.*)`)
	commandLines = append(commandLines, strings.Fields(once.FindStringSubmatch(compose)[1]), strings.Fields(once.FindStringSubmatch(readText(t, "docs/operations.md"))[1]))
	for _, line := range commandLines {
		if _, err := parser.Parse(line); err != nil {
			t.Errorf("clew %s: %v", strings.Join(line, " "), err)
		}
	}
	servers := compose[strings.Index(compose, "\n  setup:"):strings.Index(compose, "\n  proxy:\n")]
	settings := regexp.MustCompile(`(?m)^      (CLEW_[A-Z_]+):`).FindAllStringSubmatch(servers, -1)
	for _, found := range append(settings, regexp.MustCompile(`(CLEW_[A-Z_]+)=`).FindAllStringSubmatch(unit+readText(t, "deploy/Dockerfile"), -1)...) {
		if !known[found[1]] {
			t.Errorf("%s is no setting of clew", found[1])
		}
	}
	if len(settings) < 3 || len(commandLines) < 4 {
		t.Errorf("only %v and %v were found in compose.yaml", settings, commandLines)
	}
}

// leafFlags are the flags of all commands.
func leafFlags(node *kong.Node) (flags [][]*kong.Flag) {
	for _, child := range node.Children {
		flags = append(append(flags, child.Flags), leafFlags(child)...)
	}
	return flags
}
