package demo

import (
	"fmt"
	"io"
	"time"

	"clew/internal/stock"
)

// progress tells each second how far the year is.
type progress struct {
	to    io.Writer
	begun time.Time
	last  time.Time
	told  bool
}

func newProgress(to io.Writer) *progress {
	return &progress{to: to, begun: time.Now(), last: time.Now()}
}

func (p *progress) tell(day stock.Date, movements int) {
	if p.to == nil || time.Since(p.last) < time.Second {
		return
	}
	p.last, p.told = time.Now(), true
	rate := float64(movements) / time.Since(p.begun).Seconds()
	fmt.Fprintf(p.to, "\r%s  %s movements  %s/s   ", day, grouped(int64(movements)), grouped(int64(rate)))
}

func (p *progress) end() {
	if p.told {
		fmt.Fprintln(p.to)
	}
}
