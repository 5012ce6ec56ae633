package store

import (
	"context"
	"database/sql"
	"encoding/hex"

	"clew/internal/stock"
)

// What crosses from the engine into Go, row by row and column by column, is most of what a trace costs. So the engine writes
// many rows into one text, fields apart by spaces and rows by commas, which is half the price; texts are kept short, and two
// are read beside each other.

// A piece is a range of ids that is read as one text; edge is a near item whose group it reaches on to, or 0.
type piece struct{ first, last, edge int64 }

const (
	pieceIDs   = 1024 // ids in a piece at most: a text of some tens of kilobytes
	readIDs    = 8 * pieceIDs
	readPieces = 1024 // pieces in a read at most, where they are short
)

// pieces cuts ranges into pieces, the pieces into reads. The last piece of each range reaches on to the end of the last
// group, and on the way up the first to the beginning of the first.
func pieces(ranges stock.Runs, up bool) [][]piece {
	var out [][]piece
	var read []piece
	ids := int64(0)
	for _, r := range ranges {
		for first := r.First; first <= r.Last; first += pieceIDs {
			p := piece{first: first, last: min(first+pieceIDs-1, r.Last)}
			switch {
			case up && first == r.First:
				p.edge = first
			case !up && p.last == r.Last:
				p.edge = p.last
			}
			read = append(read, p)
			if ids += p.last - p.first + 1; ids >= readIDs || len(read) == readPieces {
				out, read, ids = append(out, read), nil, 0
			}
		}
	}
	if len(read) > 0 {
		out = append(out, read)
	}
	return out
}

func piecesText(read []piece) string {
	var set rowset
	for _, p := range read {
		set.ints(p.first, p.last, p.edge)
	}
	return set.text()
}

// texts runs a read of one column and hands each text to take; it is valid until take returns.
func (s *Store) texts(ctx context.Context, text string, args []any, take func(fields) error) error {
	return s.query(ctx, text, args, func(r *sql.Rows) error {
		var raw sql.RawBytes
		if err := r.Scan(&raw); err != nil {
			return err
		}
		return take(fields(raw))
	})
}

// inOrder does n reads, some at the same time, and uses what they give one after another, in their order.
func inOrder[T any](ctx context.Context, n int, read func(ctx context.Context, i int) (T, error), use func(T) error) error {
	if n == 1 {
		value, err := read(ctx, 0)
		if err != nil {
			return err
		}
		return use(value)
	}
	type result struct {
		value T
		err   error
	}
	ctx, cancel := context.WithCancel(alone(ctx))
	// One waits here and one is waited for: two are read at a time.
	ahead := make(chan chan result, 1)
	defer func() {
		cancel()
		for one := range ahead {
			<-one
		}
	}()
	go func() {
		defer close(ahead)
		for i := range n {
			one := make(chan result, 1)
			select {
			case ahead <- one:
			case <-ctx.Done():
				return
			}
			go func() {
				value, err := read(ctx, i)
				one <- result{value, err}
			}()
		}
	}()
	for one := range ahead {
		got := <-one
		if got.err != nil {
			return got.err
		}
		if err := use(got.value); err != nil {
			return err
		}
	}
	return fault(ctx.Err())
}

// fields are rows as the engine wrote them into one text.
type fields []byte

// more reports whether another row follows.
func (f *fields) more() bool { return len(*f) > 0 }

// next cuts the next field off; end says that it was the last of its row.
func (f *fields) next() (field []byte, end bool) {
	text := *f
	for i, c := range text {
		if c == ' ' || c == ',' {
			*f = text[i+1:]
			return text[:i], c == ','
		}
	}
	*f = nil
	return text, true
}

// int cuts a whole number off.
func (f *fields) int() (n int64, end bool) {
	field, end := f.next()
	return atoi(field), end
}

// atoi reads a whole number that the engine wrote.
func atoi(text []byte) (n int64) {
	minus := len(text) > 0 && text[0] == '-'
	if minus {
		text = text[1:]
	}
	for _, c := range text {
		n = 10*n + int64(c-'0')
	}
	if minus {
		return -n
	}
	return n
}

// unitsOf reads packed units that are written as hex; their memory is cut from the arena.
func unitsOf(text []byte, arena *stock.Runs) (stock.Runs, error) {
	var short [16]byte
	packed := short[:]
	if hex.DecodedLen(len(text)) > len(packed) {
		packed = make([]byte, hex.DecodedLen(len(text)))
	}
	n, err := hex.Decode(packed, text)
	if err != nil {
		return nil, err
	}
	if len(*arena) == cap(*arena) {
		*arena = make(stock.Runs, 0, pieceIDs)
	}
	begin := len(*arena)
	// A few runs fit into what is left of the arena; more get memory of their own.
	all, err := stock.AppendRuns((*arena)[begin:begin:cap(*arena)], packed[:n])
	if len(all) <= cap(*arena)-begin {
		*arena = (*arena)[:begin+len(all)]
	}
	return all[:len(all):len(all)], err
}
