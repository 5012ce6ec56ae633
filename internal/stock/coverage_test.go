package stock

import "testing"

func TestCaptured(t *testing.T) {
	var c Captured
	if c.Share() != 0 {
		t.Error("a share of nothing")
	}
	c.Add(Scanned, CaptureTyped, 1) // the item says so, whatever the rest was
	c.Add(Typed, CaptureScanner, 2)
	c.Add(Imported, CaptureImport, 3)
	c.Add(Imported, CaptureAPI, 4)
	c.Add(Chosen, CaptureScanner, 5)
	if want := (Captured{1, 2, 3, 4, 5}); c != want || c.Lines() != 15 || c.Share().String() != "6.66" {
		t.Errorf("%+v, %d lines, %s %%", c, c.Lines(), c.Share())
	}
}
