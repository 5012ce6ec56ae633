package store

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"clew/internal/pgtest"
	"clew/internal/stock"

	"github.com/anishathalye/porcupine"
	"github.com/jackc/pgx/v5"
)

// twoServers are two stores of one organisation, as two processes of clew serve would open it.
func twoServers(t *testing.T, db *testbed) []*Store {
	t.Helper()
	return []*Store{mustOpen(t, db), mustOpen(t, db)}
}

// full is how often a storm does something: a sample in `make test`.
func full(sample, soaked int) int {
	if soak() {
		return soaked
	}
	return sample
}

// TestStorm_TwoServers lets 64 clients of two servers ship one bike to 64 addresses at once: one succeeds, the others are told where it
// went, whichever server they asked.
func TestStorm_TwoServers(t *testing.T) {
	const clients = 64
	rounds := full(8, 300)
	servers := twoServers(t, freshPostgres(t))
	world(t, servers[0])
	var addresses []stock.AddressDraft
	for i := range clients {
		addresses = append(addresses, stock.AddressDraft{Code: fmt.Sprintf("A%02d", i)})
	}
	ok(t, servers[1], &stock.PartnerDraft{Code: "SHOP", Addresses: addresses}, receive(bikes(fmt.Sprintf("ST000~+%d", rounds-1))))
	for round := range rounds {
		outs := make([]stock.Outcome, clients)
		var gate, wg sync.WaitGroup
		gate.Add(1)
		for i := range clients {
			wg.Go(func() {
				d := shipBike(fmt.Sprintf("ST%03d", round))
				d.Address = addresses[i].Code
				gate.Wait()
				out, err := servers[i%2].Post(t.Context(), drafts(d)...)
				if err != nil {
					t.Errorf("round %d, client %d: %v", round, i, err)
					return
				}
				outs[i] = out[0]
			})
		}
		gate.Done()
		wg.Wait()
		if t.Failed() {
			return
		}
		oneWins(t, round, outs, addresses)
	}
	dense(t, allEntries(t, servers[0]))
	if report := isWhole(t, servers[1]); report.UnitMoves != int64(2*rounds) {
		t.Errorf("%d bikes were received and shipped in %d moves", rounds, report.UnitMoves)
	}
}

// TestStorm_Hold holds very many units while 16 clients of two servers ship some of them: nobody ships a held unit after the hold, and
// nobody is told anything but that it is held.
func TestStorm_Hold(t *testing.T) {
	const clients = 16
	units := full(5_000, 100_000)
	servers := twoServers(t, freshPostgres(t))
	world(t, servers[0])
	all := fmt.Sprintf("H000000~+%d", units-1)
	ok(t, servers[0], receive(bikes(all)))
	var hold, shipped, refusals, late atomic.Int64
	var wg sync.WaitGroup
	for client := range clients {
		wg.Go(func() {
			for n, after := client, 0; after < 5 && n < units; n += clients {
				known := hold.Load()
				out, err := servers[n%2].Post(t.Context(), drafts(shipBike(fmt.Sprintf("H%06d", n)))...)
				switch {
				case err != nil:
					t.Error(err)
					return
				case out[0].Err != nil && out[0].Err.Code != stock.CodeUnitOnHold:
					t.Errorf("unit %d: %v", n, out[0].Err)
				case out[0].Err != nil:
					refusals.Add(1)
				case known != 0:
					t.Errorf("unit %d was shipped by entry %d, and hold %d had been answered", n, out[0].Entry, known)
				default:
					shipped.Add(1)
					late.Store(max(late.Load(), out[0].Entry))
				}
				if known != 0 {
					after++
				}
			}
		})
	}
	time.Sleep(200 * time.Millisecond)
	start := time.Now()
	entry := ok(t, servers[1], &stock.HoldDraft{Product: "BIKE", Units: []string{all}, Reason: "brakes"})[0]
	hold.Store(entry)
	took := time.Since(start)
	wg.Wait()
	if late.Load() > entry {
		t.Errorf("a unit was shipped by entry %d, after hold %d", late.Load(), entry)
	}
	if shipped.Load() == 0 || refusals.Load() < 5*clients {
		t.Errorf("%d were shipped before the hold, %d refused after it", shipped.Load(), refusals.Load())
	}
	t.Logf("%d units held in %s; %d shipped before, %d refused after", units, took.Round(time.Millisecond), shipped.Load(), refusals.Load())
	if report := isWhole(t, servers[0]); report.UnitMoves != int64(units)+shipped.Load() {
		t.Errorf("%d units were received and %d shipped in %d moves", units, shipped.Load(), report.UnitMoves)
	}
}

// cut ends all connections of the servers, as a network that fails would, and says how many there were.
const cut = `SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE usename = '` + pgtest.App + `'`

// persistently sends a draft until it is answered, with its key, so that it is recorded once.
func persistently(s *Store, key string, body func() stock.Body) (stock.Outcome, error) {
	for end := time.Now().Add(time.Minute); ; time.Sleep(10 * time.Millisecond) {
		out, err := s.Post(context.Background(), keyed(key, 1, body()))
		switch {
		case err == nil:
			return out[0], nil
		case !hasCode(err, stock.CodeDatabaseAway) && !hasCode(err, stock.CodeOutcomeUnknown), time.Now().After(end):
			return stock.Outcome{}, err
		}
	}
}

// TestStorm_CutConnections checks that moves of units through two servers look as if they happened one after another, while connections
// are cut all the time: 960 operations, or more where those are through before three cuts; with CLEW_SOAK=1 100,800.
func TestStorm_CutConnections(t *testing.T) {
	rounds := full(1, 105)
	server, db := served(t, pgtest.Options{Unsafe: true})
	servers := twoServers(t, db)
	world(t, servers[0])
	for i := range 3 {
		ok(t, servers[0], &stock.LocationDraft{Site: "MAIN", Code: fmt.Sprint("L", i)})
	}
	stop := make(chan struct{})
	var cuts atomic.Int64
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			select {
			case <-stop:
				return
			case <-time.After(time.Duration(100+rand.IntN(250)) * time.Millisecond):
			}
			if _, err := server.Ask(pgtest.Shared, cut); err != nil {
				t.Error(err)
			}
			cuts.Add(1)
		}
	})
	round := 0
	for ; round < rounds || cuts.Load() < 3 && round < 50; round++ {
		ok, err := persistently(servers[0], fmt.Sprint("units", round), func() stock.Body {
			return receive(stock.ItemDraft{Product: "BIKE", Units: []string{fmt.Sprintf("R%dU0~+%d", round, hopUnits-1)}, To: "L0"})
		})
		if err != nil || ok.Err != nil {
			t.Fatal(err, ok.Err)
		}
		hopThrough(t, servers, round)
		if t.Failed() {
			break
		}
	}
	close(stop)
	wg.Wait()
	t.Logf("%d operations, connections cut %d times", round*hopClients*hopsEach, cuts.Load())
	if cuts.Load() < 3 {
		t.Errorf("connections were cut %d times only", cuts.Load())
	}
	dense(t, allEntries(t, servers[1]))
	isWhole(t, servers[0])
}

// hopThrough lets clients move the units of a round, and checks what they were answered.
func hopThrough(t *testing.T, servers []*Store, round int) {
	t.Helper()
	var sent atomic.Int64
	history := hops(uint64(round)+1, func(in hop) hopped {
		n := sent.Add(1)
		out, err := persistently(servers[n%2], fmt.Sprintf("r%d-%d", round, n), func() stock.Body {
			return &stock.MovementDraft{Kind: stock.KindMove, Site: "MAIN", Items: []stock.ItemDraft{{Product: "BIKE", Units: []string{fmt.Sprintf("R%dU%d", round, in.unit)}, From: in.from, To: in.to}}}
		})
		if err != nil {
			t.Error(err)
			return hopped{}
		}
		if out.Err == nil {
			return hopped{ok: true}
		}
		where := saysWhere.FindStringSubmatch(out.Err.Detail)
		if where == nil {
			t.Errorf("the refusal does not say where it is: %v", out.Err)
			return hopped{}
		}
		return hopped{at: where[1]}
	})
	if result := porcupine.CheckOperationsTimeout(unitPlaces, history, time.Minute); result != porcupine.Ok {
		t.Errorf("round %d: %d operations: %s", round, len(history), result)
	}
}

// TestStorm_NoConnections takes all connections that the database has, again and again, while clients post: they are told, or wait, and
// nothing is lost when there are some again.
func TestStorm_NoConnections(t *testing.T) {
	rounds := full(1, 30)
	server, db := served(t, pgtest.Options{Unsafe: true, Settings: map[string]string{"max_connections": "20"}})
	s, err := db.open(t, Options{Patience: 300 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	world(t, s)
	stop := make(chan struct{})
	var answered, told atomic.Int64
	var mu sync.Mutex
	var sent []string
	var wg sync.WaitGroup
	for worker := range 8 {
		wg.Go(func() {
			for n := 0; ; n++ {
				select {
				case <-stop:
					return
				default:
				}
				serial := fmt.Sprintf("N%d-%05d", worker, n)
				out, err := s.Post(context.Background(), keyed(serial, 1, receive(bikes(serial))))
				switch {
				case err == nil && out[0].Err == nil:
					answered.Add(1)
				case hasCode(err, stock.CodeDatabaseAway), hasCode(err, stock.CodeOutcomeUnknown):
					told.Add(1)
				default:
					t.Errorf("%s: %v, %v", serial, out, err)
				}
				mu.Lock()
				sent = append(sent, serial)
				mu.Unlock()
			}
		})
	}
	for range rounds {
		time.Sleep(200 * time.Millisecond)
		idle := takeAll(t, server)
		_, err := s.Lots(t.Context(), LotFilter{Limit: 1})
		if !hasCode(err, stock.CodeDatabaseAway) {
			t.Errorf("a read without a connection: %v", err)
		}
		for before, end := told.Load(), time.Now().Add(time.Minute); told.Load() == before && time.Now().Before(end); {
			time.Sleep(10 * time.Millisecond)
		}
		was := answered.Load()
		for _, conn := range idle {
			conn.Close(context.Background())
		}
		for end := time.Now().Add(time.Minute); answered.Load() == was; time.Sleep(10 * time.Millisecond) {
			if time.Now().After(end) {
				t.Fatal("there are connections again, and nothing is recorded")
			}
		}
	}
	close(stop)
	wg.Wait()
	if told.Load() == 0 {
		t.Error("nobody was told that there is no connection")
	}
	slices.Sort(sent)
	for _, serial := range sent {
		if out, err := s.Post(t.Context(), keyed(serial, 1, receive(bikes(serial)))); err != nil || out[0].Err != nil {
			t.Fatalf("%s, sent again: %v, %v", serial, out, err)
		}
	}
	t.Logf("%d answered, %d told to try again", answered.Load(), told.Load())
	dense(t, allEntries(t, s))
	if report := isWhole(t, s); report.Units != int64(len(sent)) {
		t.Errorf("%d units, %d were sent", report.Units, len(sent))
	}
}

// takeAll opens connections that do nothing until the database gives no more, those of the store cut off among them.
func takeAll(t *testing.T, server *pgtest.Test) (idle []*pgx.Conn) {
	t.Helper()
	refused := 0
	for end := time.Now().Add(time.Minute); time.Now().Before(end); {
		conn, err := pgx.Connect(context.Background(), server.URL(pgtest.Owner, pgtest.Shared))
		if err == nil {
			idle, refused = append(idle, conn), 0
			continue
		}
		left, err := server.Ask(pgtest.Shared, cut) // one of the store's makes room for one of ours, if we are quicker
		if err != nil {
			t.Fatal(err)
		}
		if refused++; left != "0" {
			refused = 0
		}
		if refused == 3 { // what was ending has ended
			return idle
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Fatal("the store's connections could not be taken")
	return nil
}
