package demo

import (
	"fmt"
	"io"
	"strconv"
	"time"
)

// Print writes the summary and the stories, each with its command, which ends in flags.
func (r *Report) Print(w io.Writer, flags string) {
	if r.Added == 0 {
		fmt.Fprintf(w, "The demo is there already; nothing was added.\n")
	}
	fmt.Fprintf(w, "%s to %s: %s movements, %s units, %s lots in %s s, %s MB\n", r.First, r.Last, grouped(int64(r.Movements)), grouped(int64(r.Units)),
		grouped(int64(r.Lots)), strconv.FormatFloat(r.Took.Round(100*time.Millisecond).Seconds(), 'f', 1, 64), strconv.FormatFloat(float64(r.Size)/1e6, 'f', 1, 64))
	fmt.Fprintf(w, "\nStories to follow:\n")
	for _, s := range r.Stories {
		fmt.Fprintf(w, "%-24s  %s\n", "clew trace "+s.Code+flags, s.Text)
	}
	fmt.Fprintf(w, "\nTo look around:\n")
	for _, s := range r.Look {
		fmt.Fprintf(w, "%-24s  %s\n", s.Code+flags, s.Text)
	}
}

// looks are the commands to look around with.
func looks(stories []Story) []Story {
	code := func(name string) string {
		for _, s := range stories {
			if s.Name == name {
				return s.Code
			}
		}
		return "CODE"
	}
	return []Story{
		{Code: "clew stock", Text: "what is where, by product, lot and location"},
		{Code: "clew history " + code("came back"), Text: "one unit's story, step by step"},
		{Code: "clew stock --product " + syringes.sku, Text: "the lots of what became tracked"},
		{Code: "clew quality", Text: "what waits for quality, and what it needs"},
		{Code: "clew files --product " + vaccine.sku + " --lot " + code("late"), Text: "the certificate that came late"},
		{Code: "clew verify", Text: "everything recomputed from the entries"},
	}
}

// grouped writes a number with commas.
func grouped(n int64) string {
	digits := strconv.FormatInt(n, 10)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}
