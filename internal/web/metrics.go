package web

import (
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/gin-gonic/gin"
)

// DailyTotals count what the public site refused or failed to do, by status
// alone, and tell about a day only when it is over (protocol.md §11). There is
// no counter of what succeeded: a total would date each report.
type DailyTotals struct {
	Now func() time.Time // in the office's zone

	mu      sync.Mutex
	day     string
	running map[int]int
	ended   map[int]int // of the day before; nil until one has ended
}

// Watch counts the group's answers of status 400 and above.
func (d *DailyTotals) Watch(c *gin.Context) {
	next(c)
	status := c.Writer.Status()
	d.mu.Lock()
	defer d.mu.Unlock()
	d.turn()
	if status >= http.StatusBadRequest {
		d.running[status]++
	}
}

// turn begins a new day if there is one.
func (d *DailyTotals) turn() {
	now := d.Now()
	day := now.Format(time.DateOnly)
	if day == d.day {
		return
	}
	d.ended = nil
	if d.day == now.AddDate(0, 0, -1).Format(time.DateOnly) {
		d.ended = d.running
	}
	d.day, d.running = day, map[int]int{}
}

// Write prints the totals of the day before in the text format of Prometheus;
// nothing if this process did not see that day.
func (d *DailyTotals) Write(w io.Writer) {
	d.mu.Lock()
	d.turn()
	ended := d.ended
	d.mu.Unlock()
	Gauge(w, "beistand_public_refusals_yesterday", "Answers of status 400 and above of the public site, of the whole day before.")
	for _, status := range slices.Sorted(maps.Keys(ended)) {
		fmt.Fprintf(w, "beistand_public_refusals_yesterday{status=\"%d\"} %d\n", status, ended[status])
	}
}

// Gauge prints the head of a metric.
func Gauge(w io.Writer, name, help string) {
	fmt.Fprintf(w, "# HELP %s %s\n# TYPE %s gauge\n", name, help, name)
}
