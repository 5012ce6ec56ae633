package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"time"

	"clew/internal/auth"
	"clew/internal/stock"
)

// Shared reports whether other servers may work on the same ledger.
func (s *Store) Shared() bool { return s.shared }

// attemptKey is by what attempts are remembered: a hash, as a password may be typed where the name belongs. Without an account it is of the address.
func attemptKey(account, address string) string {
	sum := sha256.Sum256([]byte("attempt\x00" + account + "\x00" + address))
	return hex.EncodeToString(sum[:16])
}

func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

func ofMillis(ms int64) (t time.Time) {
	if ms != 0 {
		t = time.UnixMilli(ms)
	}
	return t
}

// attempts reads what is remembered of an account from an address, and of the address.
func (w *writer) attempts(ctx context.Context, keys [2]string, now time.Time) (known [2]auth.Tries, err error) {
	var set rowset
	for i, key := range keys {
		set.add(i, key)
	}
	return known, w.each(ctx, `SELECT r.i, a.failed, a.next, a.last FROM @rows($1: i int, k text) r JOIN attempt a ON a.key = r.k`, []any{set.text()}, func(r *sql.Rows) error {
		var i int
		var t auth.Tries
		var next, last int64
		err := r.Scan(&i, &t.Failed, &next, &last)
		t.Next, t.Last = ofMillis(next), ofMillis(last)
		known[i] = t.Known(now)
		return err
	})
}

// Attempt counts an attempt to sign in as failed, for all servers, until AttemptPassed says otherwise; or says how long to wait.
func (s *Store) Attempt(ctx context.Context, account, address string, now stock.Time) (wait time.Duration, err error) {
	at, keys := ofMillis(int64(now)), [2]string{attemptKey(account, address), attemptKey("", address)}
	return wait, s.operate(ctx, func(ctx context.Context, w *writer) error {
		known, err := w.attempts(ctx, keys, at)
		if err != nil {
			return err
		}
		if wait = max(known[0].Next.Sub(at), known[1].Next.Sub(at), 0); wait > 0 {
			return nil
		}
		return w.keepAttempts(ctx, keys, [2]auth.Tries{known[0].Account(at), known[1].Place(at)})
	})
}

func (w *writer) keepAttempts(ctx context.Context, keys [2]string, known [2]auth.Tries) error {
	var set rowset
	for i, t := range known {
		if t.Failed > 0 || !t.Next.IsZero() {
			set.add(keys[i], t.Failed, millis(t.Next), millis(t.Last))
		}
	}
	if set.n == 0 {
		return nil
	}
	_, err := w.exec(ctx, `INSERT INTO attempt (key, failed, next, last) SELECT * FROM @rows($1: key text, failed int, next int, last int)
		WHERE true ON CONFLICT (key) DO UPDATE SET failed = excluded.failed, next = excluded.next, last = excluded.last`, set.text())
	return err
}

// AttemptPassed says that the attempt was right, and forgets what is over.
func (s *Store) AttemptPassed(ctx context.Context, account, address string, now stock.Time) error {
	at, keys := ofMillis(int64(now)), [2]string{attemptKey(account, address), attemptKey("", address)}
	return s.operate(ctx, func(ctx context.Context, w *writer) error {
		known, err := w.attempts(ctx, keys, at)
		if err != nil {
			return err
		}
		long := int64(now) - auth.ForgottenAfter.Milliseconds()
		if _, err := w.exec(ctx, `DELETE FROM attempt WHERE key = $1 OR key = $2 OR last < $3 AND next < $3`, keys[0], keys[1], long); err != nil {
			return err
		}
		return w.keepAttempts(ctx, keys, [2]auth.Tries{{}, known[1].Passed()})
	})
}
