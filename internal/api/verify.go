package api

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"clew/internal/auth"
	"clew/internal/stock"
	"clew/internal/store"
	"clew/internal/tlog"

	"github.com/danielgtaylor/huma/v2"
)

// Verification says whether the ledger is whole.
type Verification struct {
	Ledger    string        `json:"ledger" doc:"The ledger's own id."`
	Whole     bool          `json:"whole" doc:"Nothing is wrong."`
	Entries   int64         `json:"entries"`
	Items     int64         `json:"items"`
	Units     int64         `json:"units"`
	UnitMoves int64         `json:"unit_moves"`
	Faults    []LedgerFault `json:"faults"`

	Sealed     int64  `json:"sealed" doc:"Up to this entry the log is sealed: its entries are as they were then."`
	Signed     int64  `json:"signed" doc:"Up to this entry the newest checkpoint is signed."`
	Checkpoint string `json:"checkpoint,omitempty" doc:"That checkpoint."`
	Agreed     int    `json:"agreed,omitempty" doc:"How many of the given checkpoints the log agrees with."`
}

// Against asks for a verification against what was kept elsewhere.
type Against struct {
	Against string `json:"against" doc:"Checkpoints of this log, one after another, as they were kept elsewhere."`
}

// LedgerFault is one kind of fault in the ledger.
type LedgerFault struct {
	Check  string `json:"check" doc:"What was compared."`
	Record string `json:"record" doc:"The first record that has the fault."`
	Detail string `json:"detail"`
	Count  int64  `json:"count" doc:"How many records have it."`
}

// Progress tells how far a verification is.
type Progress struct {
	Done  int64 `json:"done"`
	Total int64 `json:"total"`
}

// VerificationLine is a line of a verification that tells its progress: one of progress, the result and a problem.
type VerificationLine struct {
	Progress *Progress     `json:"progress,omitempty"`
	Result   *Verification `json:"result,omitempty"`
	Problem  *Problem      `json:"problem,omitempty"`
}

func (s *server) verify() {
	busy := make(chan struct{}, 1)
	op := huma.Operation{
		Method: http.MethodGet, Path: "/v1/verify", OperationID: "verify-ledger", Summary: "Recompute the ledger's state from its entries and compare", Tags: []string{tagSystem},
		Description: "Reads the whole ledger, which may take minutes; one at a time. With Accept: application/x-ndjson it tells its progress, a line at a time.",
		Responses: map[string]*huma.Response{"200": {Description: "What was found", Content: map[string]*huma.MediaType{
			"application/json":     {Schema: s.schemaOf(Verification{})},
			"application/x-ndjson": {Schema: s.schemaOf(VerificationLine{})},
		}}},
		Errors: []int{400, 503},
	}
	start := func(ctx context.Context, c *Request, against []string) (*huma.StreamResponse, error) {
		select {
		case busy <- struct{}{}:
		default:
			return nil, stock.Errorf(stock.Unavailable, stock.CodeTimeout, "", "a verification is under way: ask again later")
		}
		// It takes as long as it takes; a connection in this process has no deadline to lift.
		_ = http.NewResponseController(c.w).SetWriteDeadline(time.Time{})
		return &huma.StreamResponse{Body: func(huma.Context) {
			defer func() { <-busy }()
			s.runVerify(ctx, c.w, c.r, against)
		}}, nil
	}
	register(s, asks(Whole, auth.Audit), op, func(ctx context.Context, in *struct{ Request }) (*huma.StreamResponse, error) {
		return start(ctx, &in.Request, nil)
	})
	op.Method, op.OperationID = http.MethodPost, "verify-ledger-against"
	op.Summary = "Verify the ledger, and hold its log against signed checkpoints that were kept elsewhere"
	op.Errors = []int{400, 413, 415, 422, 503}
	register(s, asks(Whole, auth.Audit), op, func(ctx context.Context, in *struct{ Request }) (*huma.StreamResponse, error) {
		text, release, err := s.bodies.read(ctx, in.w, in.r, smallBody)
		if err != nil {
			return nil, err
		}
		defer release()
		var asked Against
		if err := decode(text, &asked); err != nil {
			return nil, err
		}
		checkpoints := tlog.SplitCheckpoints(asked.Against)
		if len(checkpoints) == 0 {
			return nil, stock.Errorf(stock.Invalid, stock.CodeRequired, "against", "there is no checkpoint in it")
		}
		return start(ctx, &in.Request, checkpoints)
	})
	s.describeBody(op, map[string]*huma.MediaType{"application/json": {Schema: s.schemaOf(Against{})}})
}

func (s *server) runVerify(ctx context.Context, w http.ResponseWriter, r *http.Request, against []string) {
	if !wantsLines(r) {
		report, err := s.app.Verify(ctx, against, nil)
		if err != nil {
			writeProblem(w, problemOf(ctx, err))
			return
		}
		w.Header().Set("Content-Type", "application/json")
		json.NewEncoder(w).Encode(verification(report))
		return
	}
	w.Header().Set("Content-Type", "application/x-ndjson")
	lines := json.NewEncoder(w)
	var told time.Time
	report, err := s.app.Verify(ctx, against, func(done, total int64) {
		if time.Since(told) > time.Second {
			told = time.Now()
			lines.Encode(VerificationLine{Progress: &Progress{done, total}})
			_ = http.NewResponseController(w).Flush() // progress that comes late does no harm
		}
	})
	if err != nil {
		lines.Encode(VerificationLine{Problem: problemOf(ctx, err)})
		return
	}
	lines.Encode(VerificationLine{Result: verification(report)})
}

func verification(r *store.Report) *Verification {
	v := &Verification{Ledger: r.Ledger, Whole: r.Whole(), Entries: r.Entries, Items: r.Items, Units: r.Units, UnitMoves: r.UnitMoves, Faults: []LedgerFault{},
		Sealed: r.Sealed, Signed: r.Signed, Checkpoint: r.Checkpoint, Agreed: r.Agreed}
	for _, p := range r.Problems {
		v.Faults = append(v.Faults, LedgerFault{p.Check, p.Record, p.Detail, max(p.Count, 1)})
	}
	return v
}
