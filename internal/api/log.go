package api

import (
	"context"
	"net/http"

	"clew/internal/app"
	"clew/internal/auth"
	"clew/internal/tlog"

	"github.com/danielgtaylor/huma/v2"
)

const tagLog = "log"

// LogKeys are the keys of a log.
type LogKeys struct {
	Ledger string       `json:"ledger"`
	Keys   []app.LogKey `json:"keys" doc:"The oldest first; the last one signs."`
}

// log are the operations on the log as evidence: checkpoints and proofs, which need no trust in this server.
func (s *server) log() {
	proves(s, "/v1/log/checkpoint", "get-checkpoint", "Show the newest signed checkpoint of the log, or that of an earlier size",
		"What is not sealed yet is sealed first. A checkpoint is worth what the place is worth where it is kept: away from this server.",
		func(ctx context.Context, in *struct {
			Size int64 `query:"size" minimum:"0" doc:"Sign the log as it was when it had so many entries; left out, as it is."`
		}) (app.Checkpoint, error) {
			return s.app.Checkpoint(ctx, in.Size)
		})
	proves(s, "/v1/log/proof/inclusion", "prove-entry", "Prove that an entry is in the log that a checkpoint is signed over", "",
		func(ctx context.Context, in *struct {
			Entry int64 `query:"entry" minimum:"1" required:"true"`
			Size  int64 `query:"size" minimum:"0" doc:"In the log of so many entries; left out, in that of the newest checkpoint."`
		}) (*app.InclusionProof, error) {
			return s.app.ProveEntry(ctx, in.Entry, in.Size)
		})
	proves(s, "/v1/log/proof/consistency", "prove-growth", "Prove that the log begins with what an earlier checkpoint was signed over", "",
		func(ctx context.Context, in *struct {
			From int64 `query:"from" minimum:"1" required:"true" doc:"How many entries the earlier checkpoint covers."`
			To   int64 `query:"to" minimum:"0" doc:"How many the later one covers; left out, all that are sealed."`
		}) (*app.ConsistencyProof, error) {
			return s.app.ProveGrowth(ctx, in.From, in.To)
		})
	op := huma.Operation{Method: http.MethodGet, Path: "/v1/log/proof", OperationID: "get-proof", Tags: []string{tagLog}, Errors: []int{400, 404, 409, 422, 503},
		Summary:     "Prove what the ledger was told of a lot or a unit when it came in, or in an entry",
		Description: "The answer is a file of its own: clew verify-proof checks it on any machine, without the ledger. It shows the entry, and of its units only the one that was asked for."}
	register(s, asks(Whole, auth.Audit), op, func(ctx context.Context, in *struct {
		Code    string `query:"code" required:"true" doc:"A lot by our code or a partner's, a serial number, or an entry (entry:123)."`
		Product string `query:"product" doc:"SKU or GTIN: of that product."`
		Kind    string `query:"kind" enum:"lot,alias,unit,entry" doc:"Where the code means several things: which."`
		Size    int64  `query:"size" minimum:"0" doc:"In the log as it was with so many entries; left out, in that of the newest checkpoint."`
	}) (*reply[*tlog.Proof], error) {
		proof, err := s.app.Proof(ctx, app.ProofQuery{Code: in.Code, Product: in.Product, Kind: in.Kind, Size: in.Size})
		return &reply[*tlog.Proof]{proof}, err
	})
	proves(s, "/v1/log/key", "get-log-keys", "List the public keys that sign the log", "", func(ctx context.Context, in *struct{}) (LogKeys, error) {
		keys, err := s.app.LogKeys(ctx)
		return LogKeys{s.app.Store.Ledger(), keys}, err
	})
	s.rotates()
}

// rotates adds the operation by which the log gets another key.
func (s *server) rotates() {
	op := huma.Operation{Method: http.MethodPost, Path: "/v1/log/keys", OperationID: "rotate-log-key", Tags: []string{tagLog}, DefaultStatus: http.StatusCreated,
		Summary:     "Give the log another key",
		Description: "An entry announces the public key; the first checkpoint that it signs is signed by the old key too. The secret key is written to the key file of this server, to which the others need access."}
	answers(s, keepsPeople, op, func(ctx context.Context, in *struct{ Call }, turn *app.KeyTurn) (app.LogKey, error) {
		return s.app.RotateKey(ctx, s.who(ctx, in.call()), *turn)
	})
}

// proves adds an operation that reads where the log is written: a replica may not have yet what was just sealed.
func proves[I, O any](s *server, path, id, summary, description string, handle func(context.Context, *I) (O, error)) {
	op := huma.Operation{Method: http.MethodGet, Path: path, OperationID: id, Summary: summary, Description: description, Tags: []string{tagLog}, Errors: []int{400, 404, 409, 422, 503}}
	register(s, reads, op, func(ctx context.Context, in *I) (*reply[O], error) {
		body, err := handle(ctx, in)
		return &reply[O]{body}, err
	})
}
