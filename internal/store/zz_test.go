package store
import ("testing";"os";"os/exec";"time";"fmt";"runtime/pprof";"clew/internal/trace";"clew/internal/stock")
func TestZZBuild(t *testing.T) {
	if os.Getenv("ZZ") != "build" { t.Skip() }
	for _, g := range []int{1000,1} {
		s, _ := genealogy(t, 100000, g)
		var f string; s.read.QueryRow("select file from pragma_database_list").Scan(&f); s.Close()
		exec.Command("cp", f, fmt.Sprintf("/tmp/tb/g%d.db", g)).Run()
	}
}
func TestZZRun(t *testing.T) {
	g := os.Getenv("ZZG"); if g == "" { t.Skip() }
	s, err := Open(t.Context(), Options{Path: "/tmp/tb/g"+g+".db"})
	if err != nil { t.Fatal(err) }
	defer s.Close()
	run := func() {
		tr := s.NewTracer(t.Context(), false, 200)
		w, err := trace.Walk(t.Context(), trace.Nodes{Lots: stock.RunsOf([]int64{1})}, tr.Step, trace.Options{})
		if err != nil || w.Reached.Count() != 300000 { t.Fatal(err, w.Reached) }
	}
	run()
	f,_ := os.Create("/tmp/tb/cpu.prof"); pprof.StartCPUProfile(f)
	for range 5 { t0 := time.Now(); run(); fmt.Println(time.Since(t0)) }
	pprof.StopCPUProfile()
}
