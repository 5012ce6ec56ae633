package main

import (
	"bufio"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	// The folder of tests may be in memory, and the PostgreSQL that they share has no fsync.
	os.Setenv("CLEW_EPHEMERAL", "true")
	testscript.Main(m, map[string]func(){"clew": main})
}

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata",
		Setup: func(env *testscript.Env) error {
			env.Setenv("CLEW_DATA", env.Getenv("WORK")+"/data")
			env.Setenv("CLEW_EPHEMERAL", "true")
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"serve": serveInBackground,
			"halt":  haltServer, // testscript's own stop would end the script
			"curl":  curl,
		},
	})
}

type serving struct {
	cmd *exec.Cmd
	url string
}

var address = regexp.MustCompile(`http://[^ ]+`)

// serveInBackground starts clew serve with the arguments on a port that is free, and puts its address into $URL.
func serveInBackground(ts *testscript.TestScript, _ bool, args []string) {
	cmd := exec.Command(lookClew(ts), append([]string{"serve", "--listen", "127.0.0.1:0", "--log", "error"}, args...)...)
	cmd.Dir = ts.MkAbs(".")
	cmd.Env = []string{"CLEW_DATA=" + ts.Getenv("CLEW_DATA"), "CLEW_EPHEMERAL=" + ts.Getenv("CLEW_EPHEMERAL"), "PATH=" + ts.Getenv("PATH"), "HOME=" + ts.Getenv("WORK")}
	out, err := cmd.StdoutPipe()
	ts.Check(err)
	cmd.Stderr = os.Stderr
	ts.Check(cmd.Start())
	s := &serving{cmd: cmd}
	running.Store(ts, s)
	ts.Defer(func() {
		if running.CompareAndDelete(ts, s) {
			cmd.Process.Kill()
			cmd.Wait()
		}
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	ts.Check(err)
	s.url = address.FindString(line)
	ts.Setenv("URL", s.url)
}

var running sync.Map // from *testscript.TestScript to *serving; scripts run at the same time

// lookClew finds the program as the scripts run it.
func lookClew(ts *testscript.TestScript) string {
	for dir := range strings.SplitSeq(ts.Getenv("PATH"), ":") {
		if _, err := os.Stat(dir + "/clew"); err == nil {
			return dir + "/clew"
		}
	}
	ts.Fatalf("clew is not in the PATH")
	return ""
}

// haltServer sends the server the signal given, TERM by default, and waits for it to end well.
func haltServer(ts *testscript.TestScript, _ bool, args []string) {
	found, _ := running.LoadAndDelete(ts)
	s := found.(*serving)
	signal := syscall.SIGTERM
	if len(args) > 0 && args[0] == "KILL" {
		signal = syscall.SIGKILL
	}
	ts.Check(s.cmd.Process.Signal(signal))
	if err := s.cmd.Wait(); err != nil && signal == syscall.SIGTERM {
		ts.Fatalf("the server ended with %v", err)
	}
}

// curl asks for a path and wants status 200.
func curl(ts *testscript.TestScript, neg bool, args []string) {
	client := http.Client{Timeout: time.Minute}
	answer, err := client.Get(ts.Getenv("URL") + args[0])
	if err != nil {
		if !neg {
			ts.Fatalf("%v", err)
		}
		return
	}
	defer answer.Body.Close()
	if ok := answer.StatusCode == http.StatusOK; ok == neg {
		ts.Fatalf("%s: %s", args[0], answer.Status)
	}
	fmt.Fprintln(ts.Stdout(), answer.Status)
}
