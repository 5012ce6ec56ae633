package store

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"clew/internal/stock"

	"github.com/anishathalye/porcupine"
)

// TestStorm_OneSerial lets 64 clients ship one bike to 64 addresses at once, 300 times: one succeeds, the others are told where it went.
func TestStorm_OneSerial(t *testing.T) {
	const clients, rounds = 64, 300
	onEngines(t, func(t *testing.T, db *testbed) {
		s := mustOpen(t, db)
		world(t, s)
		var addresses []stock.AddressDraft
		for i := range clients {
			addresses = append(addresses, stock.AddressDraft{Code: fmt.Sprintf("A%02d", i)})
		}
		ok(t, s, &stock.PartnerDraft{Code: "SHOP", Addresses: addresses}, receive(bikes(fmt.Sprintf("ST000~+%d", rounds-1))))
		start := time.Now()
		for round := range rounds {
			outs := make([]stock.Outcome, clients)
			var gate, wg sync.WaitGroup
			gate.Add(1)
			for i := range clients {
				wg.Go(func() {
					d := shipBike(fmt.Sprintf("ST%03d", round))
					d.Address = addresses[i].Code
					gate.Wait()
					out, err := s.Post(t.Context(), drafts(d)...)
					if err != nil {
						t.Errorf("round %d, client %d: %v", round, i, err)
						return
					}
					outs[i] = out[0]
				})
			}
			gate.Done()
			wg.Wait()
			oneWins(t, round, outs, addresses)
			if t.Failed() {
				return
			}
		}
		t.Logf("%d attempts, %.0f a second", clients*rounds, clients*rounds/time.Since(start).Seconds())
		if report := isWhole(t, s); report.UnitMoves != 2*rounds {
			t.Errorf("%d bikes were received and shipped in %d moves", rounds, report.UnitMoves)
		}
	})
}

func oneWins(t *testing.T, round int, outs []stock.Outcome, addresses []stock.AddressDraft) {
	t.Helper()
	winner := -1
	for i, o := range outs {
		if o.Err == nil {
			if winner >= 0 {
				t.Errorf("round %d: clients %d and %d both shipped it", round, winner, i)
			}
			winner = i
		}
	}
	if winner < 0 {
		t.Fatalf("round %d: nobody shipped it: %v", round, outs[0].Err)
	}
	for i, o := range outs {
		if i == winner {
			continue
		}
		refused(t, o, stock.CodeUnitElsewhere)
		if where := "partner:SHOP/" + addresses[winner].Code; o.Err != nil && !strings.Contains(o.Err.Detail, where) {
			t.Errorf("round %d: client %d is not told that it went to %s: %v", round, i, where, o.Err)
		}
	}
}

// hop is one operation on a unit: take it from a location to another. A refusal says where it was.
type hop struct {
	unit     int
	from, to string
}

type hopped struct {
	ok bool
	at string
}

// unitPlaces is what a unit's place must look like to those who move it: a register that changes only from what it is.
var unitPlaces = porcupine.Model{
	Partition: func(history []porcupine.Operation) [][]porcupine.Operation {
		byUnit := map[int][]porcupine.Operation{}
		for _, op := range history {
			unit := op.Input.(hop).unit
			byUnit[unit] = append(byUnit[unit], op)
		}
		var out [][]porcupine.Operation
		for _, part := range byUnit {
			out = append(out, part)
		}
		return out
	},
	Init: func() any { return "L0" },
	Step: func(state, input, output any) (bool, any) {
		at, in, out := state.(string), input.(hop), output.(hopped)
		if out.ok {
			return at == in.from, in.to
		}
		return at != in.from && at == out.at, at
	},
	DescribeOperation: func(input, output any) string { return fmt.Sprintf("%+v: %+v", input, output) },
}

const (
	hopClients = 16
	hopsEach   = 60
	hopUnits   = 6
)

// hops runs 960 operations from 16 clients and keeps when each began and ended.
func hops(seed uint64, do func(hop) hopped) []porcupine.Operation {
	var mu sync.Mutex
	var history []porcupine.Operation
	var wg sync.WaitGroup
	start := time.Now()
	for client := range hopClients {
		wg.Go(func() {
			random := rand.New(rand.NewPCG(seed, uint64(client)))
			for range hopsEach {
				from, to := random.IntN(3), random.IntN(2)
				if to >= from {
					to++
				}
				in := hop{random.IntN(hopUnits), fmt.Sprint("L", from), fmt.Sprint("L", to)}
				call := time.Since(start).Nanoseconds()
				out := do(in)
				end := time.Since(start).Nanoseconds()
				mu.Lock()
				history = append(history, porcupine.Operation{ClientId: client, Input: in, Call: call, Output: out, Return: end})
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	return history
}

var saysWhere = regexp.MustCompile(` is at MAIN/(\S+), not at`)

// TestStorm_Linearizable checks that moves of units look as if they happened one after another, each between its call and its answer.
func TestStorm_Linearizable(t *testing.T) {
	onEngines(t, func(t *testing.T, db *testbed) {
		s := mustOpen(t, db)
		world(t, s)
		bodies := []stock.Body{}
		for i := range 3 {
			bodies = append(bodies, &stock.LocationDraft{Site: "MAIN", Code: fmt.Sprint("L", i)})
		}
		ok(t, s, append(bodies, receive(stock.ItemDraft{Product: "BIKE", Units: []string{fmt.Sprintf("U0~+%d", hopUnits-1)}, To: "L0"}))...)
		history := hops(1, func(in hop) hopped {
			d := &stock.MovementDraft{Kind: stock.KindMove, Site: "MAIN", Items: []stock.ItemDraft{{Product: "BIKE", Units: []string{fmt.Sprint("U", in.unit)}, From: in.from, To: in.to}}}
			out, err := s.Post(t.Context(), drafts(d)...)
			if err != nil {
				t.Error(err)
				return hopped{}
			}
			if out[0].Err == nil {
				return hopped{ok: true}
			}
			where := saysWhere.FindStringSubmatch(out[0].Err.Detail)
			if where == nil {
				t.Errorf("the refusal does not say where it is: %v", out[0].Err)
				return hopped{}
			}
			return hopped{at: where[1]}
		})
		if result := porcupine.CheckOperationsTimeout(unitPlaces, history, time.Minute); result != porcupine.Ok {
			t.Errorf("%d operations: %s", len(history), result)
		}
		isWhole(t, s)
	})
}

// TestStorm_Teeth shows that the check finds a store that reads where a unit is, and writes where it goes, as two steps.
func TestStorm_Teeth(t *testing.T) {
	var mu sync.Mutex
	places := map[int]string{}
	history := hops(1, func(in hop) hopped {
		mu.Lock()
		at := places[in.unit]
		mu.Unlock()
		if at == "" {
			at = "L0"
		}
		if at != in.from {
			return hopped{at: at}
		}
		for range 50 {
			runtime.Gosched()
		}
		mu.Lock()
		places[in.unit] = in.to
		mu.Unlock()
		return hopped{ok: true}
	})
	if result := porcupine.CheckOperationsTimeout(unitPlaces, history, time.Minute); result != porcupine.Illegal {
		t.Errorf("a store that reads and then writes passes as %s", result)
	}
}
