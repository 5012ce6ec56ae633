package api

import (
	"cmp"
	"net/http"
	"runtime"
	"strconv"
	"time"

	"clew/internal/app"
	"clew/internal/auth"
	"clew/internal/store"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// metrics are numbers about the server and the writer, at /metrics, in the form that Prometheus reads. They count from the start of
// the server. Labels are routes, kinds of entries and codes of errors only, so that they stay few and name nobody.
type metrics struct {
	requests *prometheus.CounterVec
	took     *prometheus.HistogramVec
}

func (s *server) measured(version string) {
	registry := prometheus.NewRegistry()
	s.metrics = &metrics{
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "clew_http_requests_total", Help: "Requests, by route and status."}, []string{"route", "status"}),
		took: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "clew_http_request_seconds", Help: "Time of requests, by route.",
			Buckets: prometheus.ExponentialBuckets(0.001, 4, 9)}, []string{"route"}),
	}
	build := prometheus.NewGauge(prometheus.GaugeOpts{Name: "clew_build_info", Help: "1; the labels say what runs.",
		ConstLabels: prometheus.Labels{"version": cmp.Or(version, "dev"), "go": runtime.Version()}})
	build.Set(1)
	registry.MustRegister(s.metrics.requests, s.metrics.took, build, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	observe(registry, s.app)
	s.handle(asks(Whole, auth.Read), "GET /metrics", promhttp.HandlerFor(registry, promhttp.HandlerOpts{}))
}

// answered counts a request. What no route took has none.
func (m *metrics) answered(r *http.Request, status int, took time.Duration) {
	if m == nil {
		return
	}
	route := r.Pattern
	if route == "" || route == "/" {
		route = "none"
	}
	m.requests.WithLabelValues(route, strconv.Itoa(status)).Inc()
	m.took.WithLabelValues(route).Observe(took.Seconds())
}

// observe counts what the writer does.
func observe(registry *prometheus.Registry, a *app.App) {
	recorded := prometheus.NewCounterVec(prometheus.CounterOpts{Name: "clew_entries_recorded_total", Help: "Entries recorded, by kind."}, []string{"kind"})
	refused := prometheus.NewCounterVec(prometheus.CounterOpts{Name: "clew_drafts_refused_total",
		Help: "What was asked of the ledger and refused by its rules, by code; probes of /readyz are among them."}, []string{"code"})
	replayed := prometheus.NewCounter(prometheus.CounterOpts{Name: "clew_drafts_replayed_total", Help: "What was asked again under the same key and answered as before."})
	size := prometheus.NewHistogram(prometheus.HistogramOpts{Name: "clew_commit_drafts", Help: "What was asked and decided in one commit.", Buckets: prometheus.ExponentialBuckets(1, 2, 10)})
	took := prometheus.NewHistogram(prometheus.HistogramOpts{Name: "clew_commit_seconds", Help: "Time of one commit, from its begin.", Buckets: prometheus.ExponentialBuckets(0.0005, 2, 14)})
	waiting := prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "clew_calls_waiting", Help: "Calls that wait for the writer."},
		func() float64 { return float64(a.Store.Waiting()) })
	registry.MustRegister(recorded, refused, replayed, size, took, waiting, poolNumbers{a.Store})
	a.Store.Observe(func(c store.Commit) {
		size.Observe(float64(len(c.Outcomes)))
		took.Observe(c.Took.Seconds())
		for _, out := range c.Outcomes {
			switch {
			case out.Err != nil:
				refused.WithLabelValues(out.Err.Code).Inc()
			case out.Replayed:
				replayed.Inc()
			default:
				for _, e := range out.Entries {
					recorded.WithLabelValues(e.Kind.String()).Inc()
				}
			}
		}
	})
}

// poolNumbers are those of the connections to a shared database, when they are asked for.
type poolNumbers struct{ store *store.Store }

var (
	poolSize  = prometheus.NewDesc("clew_database_connections_max", "Connections to the database that there may be at once, by pool.", []string{"pool"}, nil)
	poolUsage = prometheus.NewDesc("clew_database_connections", "Connections to the database by pool: in use, idle, and wanted by those who wait for one.", []string{"pool", "state"}, nil)
)

// Describe names the numbers.
func (p poolNumbers) Describe(out chan<- *prometheus.Desc) {
	out <- poolSize
	out <- poolUsage
}

// Collect reads the numbers.
func (p poolNumbers) Collect(out chan<- prometheus.Metric) {
	for _, pool := range p.store.Pools() {
		out <- prometheus.MustNewConstMetric(poolSize, prometheus.GaugeValue, float64(pool.Most), pool.Name)
		for state, n := range map[string]int{"in_use": pool.InUse, "idle": pool.Idle, "waiting": pool.Waiting} {
			out <- prometheus.MustNewConstMetric(poolUsage, prometheus.GaugeValue, float64(n), pool.Name, state)
		}
	}
}
