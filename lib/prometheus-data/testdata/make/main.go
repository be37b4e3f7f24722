// Writes golden files with Prometheus' own packages: chunks.json, and data folders with each compression of the log.
package main

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math"
	"math/rand"
	"os"
	"path/filepath"
	"strconv"

	"github.com/prometheus/prometheus/model/exemplar"
	"github.com/prometheus/prometheus/model/histogram"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/model/metadata"
	"github.com/prometheus/prometheus/model/value"
	"github.com/prometheus/prometheus/storage"
	"github.com/prometheus/prometheus/tsdb"
	"github.com/prometheus/prometheus/tsdb/chunkenc"
	"github.com/prometheus/prometheus/util/compression"
)

type hist struct {
	Integer   bool     `json:"integer"`
	Hint      int      `json:"hint"`
	Schema    int32    `json:"schema"`
	Threshold string   `json:"threshold"`
	Zero      string   `json:"zero"`
	Count     string   `json:"count"`
	PosSpans  [][2]int `json:"posSpans"`
	NegSpans  [][2]int `json:"negSpans"`
	Pos       []string `json:"pos"`
	Neg       []string `json:"neg"`
	Custom    []string `json:"custom"`
}
type sample struct {
	T  int64  `json:"t"`
	V  string `json:"v"`
	St int64  `json:"st,omitempty"`
	H  *hist  `json:"h,omitempty"`
}
type chunk struct {
	Name     string   `json:"name"`
	Encoding int      `json:"encoding"`
	Data     string   `json:"data"`
	Samples  []sample `json:"samples"`
}

func bits(v float64) string { return fmt.Sprintf("%016x", math.Float64bits(v)) }
func spans(s []histogram.Span) [][2]int {
	out := [][2]int{}
	for _, x := range s {
		out = append(out, [2]int{int(x.Offset), int(x.Length)})
	}
	return out
}
func floats(v []float64) []string {
	out := []string{}
	for _, x := range v {
		out = append(out, bits(x))
	}
	return out
}
func ints(v []int64) []string {
	out := []string{}
	var c int64
	for _, x := range v {
		c += x
		out = append(out, strconv.FormatInt(c, 10))
	}
	return out
}
func ofH(h *histogram.Histogram) *hist {
	return &hist{true, int(h.CounterResetHint), h.Schema, bits(h.ZeroThreshold), strconv.FormatUint(h.ZeroCount, 10), strconv.FormatUint(h.Count, 10),
		spans(h.PositiveSpans), spans(h.NegativeSpans), ints(h.PositiveBuckets), ints(h.NegativeBuckets), floats(h.CustomValues)}
}
func ofFH(h *histogram.FloatHistogram) *hist {
	return &hist{false, int(h.CounterResetHint), h.Schema, bits(h.ZeroThreshold), bits(h.ZeroCount), bits(h.Count),
		spans(h.PositiveSpans), spans(h.NegativeSpans), floats(h.PositiveBuckets), floats(h.NegativeBuckets), floats(h.CustomValues)}
}
func read(it chunkenc.Iterator) []sample {
	out := []sample{}
	for {
		switch it.Next() {
		case chunkenc.ValNone:
			must(it.Err())
			return out
		case chunkenc.ValFloat:
			t, v := it.At()
			out = append(out, sample{t, bits(v), it.AtST(), nil})
		case chunkenc.ValHistogram:
			t, h := it.AtHistogram(nil)
			out = append(out, sample{t, bits(h.Sum), it.AtST(), ofH(h)})
		case chunkenc.ValFloatHistogram:
			t, h := it.AtFloatHistogram(nil)
			out = append(out, sample{t, bits(h.Sum), it.AtST(), ofFH(h)})
		}
	}
}
func must(err error) {
	if err != nil {
		panic(err)
	}
}

var stale = math.Float64frombits(value.StaleNaN)

func addFloats(c chunkenc.Chunk, n int, st func(i int, t int64) int64, f func(i int) (int64, float64)) {
	app, err := c.Appender()
	must(err)
	for i := range n {
		t, v := f(i)
		app.Append(st(i, t), t, v)
	}
}
func noSt(int, int64) int64 { return 0 }

var rnd = rand.New(rand.NewSource(7))

func special(i int) float64 {
	switch i % 11 {
	case 3:
		return stale
	case 4:
		return math.Copysign(0, -1)
	case 5:
		return math.Inf(1)
	case 6:
		return math.Float64frombits(0x7ff8000000000123)
	case 7:
		return math.MaxFloat64
	case 8:
		return 5e-324
	}
	return float64(i) * 1.5
}
func jitter(i int) (int64, float64) {
	return 1700000000000 + int64(i)*15000 + rnd.Int63n(40), float64(i / 3)
}
func wild(i int) (int64, float64) {
	j := []int64{0, 1, 10000, 10001, 100000, 100002, 5000000, 5000009, 9000000000, 9000000001, 9007199254740000 - 1700000000000}
	return 1700000000000 + j[i], math.Float64frombits(rnd.Uint64())
}

func intHist(i int, scale uint64) *histogram.Histogram {
	n := int64(uint64(i+1) * scale)
	return &histogram.Histogram{Schema: 2, ZeroThreshold: 0.001, ZeroCount: uint64(n), Count: uint64(n * 9), Sum: float64(i) * 3.25,
		PositiveSpans: []histogram.Span{{Offset: -3, Length: 2}, {Offset: 4, Length: 1}}, PositiveBuckets: []int64{n, n, -n},
		NegativeSpans: []histogram.Span{{Offset: 1, Length: 1}}, NegativeBuckets: []int64{4 * n}}
}
func customHist(i int) *histogram.Histogram {
	n := int64(i + 1)
	return &histogram.Histogram{Schema: histogram.CustomBucketsSchema, Count: uint64(6 * n), Sum: float64(i),
		PositiveSpans: []histogram.Span{{Offset: 0, Length: 3}}, PositiveBuckets: []int64{n, n, n}, CustomValues: []float64{0.005, 0.1, 2.5, 1e9}}
}
func gauge(h *histogram.Histogram) *histogram.Histogram { h.CounterResetHint = histogram.GaugeType; return h }

func addHists(c chunkenc.Chunk, n int, st func(i int, t int64) int64, f func(i int) *histogram.Histogram) {
	app, err := c.Appender()
	must(err)
	for i := range n {
		t := 1700000000000 + int64(i)*15000 + int64(i%3)
		nc, _, _, err := app.AppendHistogram(nil, st(i, t), t, f(i), true)
		must(err)
		if nc != nil {
			panic("new chunk")
		}
	}
}
func addFloatHists(c chunkenc.Chunk, n int, st func(i int, t int64) int64, f func(i int) *histogram.FloatHistogram) {
	app, err := c.Appender()
	must(err)
	for i := range n {
		t := 1700000000000 + int64(i)*15000 + int64(i%3)
		nc, _, _, err := app.AppendFloatHistogram(nil, st(i, t), t, f(i), true)
		must(err)
		if nc != nil {
			panic("new chunk")
		}
	}
}
func staleH() *histogram.Histogram { return &histogram.Histogram{Sum: stale} }

func chunksFile() {
	var out []chunk
	add := func(name string, c chunkenc.Chunk) {
		out = append(out, chunk{name, int(c.Encoding()), base64.StdEncoding.EncodeToString(c.Bytes()), read(c.Iterator(nil))})
	}
	st := map[string]func(i int, t int64) int64{
		"none":  noSt,
		"first": func(int, int64) int64 { return 1699999990000 },
		"late": func(i int, t int64) int64 {
			if i < 5 {
				return 0
			}
			return 1699999990000 + int64(i/4)*70000
		},
		"each":  func(_ int, t int64) int64 { return t - 15000 },
		"often": func(i int, t int64) int64 { return int64(i%2) * (t - 777) },
	}
	c := chunkenc.NewXORChunk()
	addFloats(c, 120, noSt, jitter)
	add("xor jitter", c)
	c = chunkenc.NewXORChunk()
	addFloats(c, 60, noSt, func(i int) (int64, float64) { return int64(i-20) * 1000, special(i) })
	add("xor special", c)
	c = chunkenc.NewXORChunk()
	addFloats(c, 11, noSt, wild)
	add("xor wild", c)
	c = chunkenc.NewXORChunk()
	addFloats(c, 3, noSt, func(i int) (int64, float64) { return []int64{-9007199254740991, 9007199254740990, 9007199254740991}[i], 1 })
	add("xor extreme times", c)
	for _, name := range []string{"none", "first", "late", "each", "often"} {
		x := chunkenc.NewXOR2Chunk()
		addFloats(x, 140, st[name], jitter)
		add("xor2 jitter "+name, x)
		x = chunkenc.NewXOR2Chunk()
		addFloats(x, 60, st[name], func(i int) (int64, float64) { return 1700000000000 + int64(i)*1000 + int64(i/20*i), special(i + 3) })
		add("xor2 special "+name, x)
		x = chunkenc.NewXOR2Chunk()
		addFloats(x, 11, st[name], wild)
		add("xor2 wild "+name, x)
		h := chunkenc.NewHistogramSTChunk()
		addHists(h, 30, st[name], func(i int) *histogram.Histogram { return intHist(i, 3) })
		add("histogram starts "+name, h)
		f := chunkenc.NewFloatHistogramSTChunk()
		addFloatHists(f, 30, st[name], func(i int) *histogram.FloatHistogram { return intHist(i, 3).ToFloat(nil) })
		add("float histogram starts "+name, f)
	}
	h := chunkenc.NewHistogramChunk()
	addHists(h, 40, noSt, func(i int) *histogram.Histogram { return intHist(i*i, 7) })
	add("histogram", h)
	h = chunkenc.NewHistogramChunk()
	addHists(h, 12, noSt, func(i int) *histogram.Histogram { return intHist(i, 1<<54) })
	add("histogram of counts above 2^53", h)
	h = chunkenc.NewHistogramChunk()
	addHists(h, 20, noSt, customHist)
	add("histogram with custom buckets", h)
	h = chunkenc.NewHistogramChunk()
	addHists(h, 12, noSt, func(i int) *histogram.Histogram {
		if i > 8 {
			return staleH()
		}
		return intHist(i, 5)
	})
	add("histogram that ends", h)
	h = chunkenc.NewHistogramChunk()
	addHists(h, 2, noSt, func(i int) *histogram.Histogram { return staleH() })
	add("histogram stale at once", h)
	f := chunkenc.NewFloatHistogramChunk()
	addFloatHists(f, 40, noSt, func(i int) *histogram.FloatHistogram {
		h := intHist(i*i, 7).ToFloat(nil)
		h.Mul(1.1)
		return h
	})
	add("float histogram", f)
	f = chunkenc.NewFloatHistogramChunk()
	addFloatHists(f, 12, noSt, func(i int) *histogram.FloatHistogram {
		if i > 8 {
			return &histogram.FloatHistogram{Sum: stale}
		}
		return customHist(i).ToFloat(nil)
	})
	add("float histogram with custom buckets that ends", f)
	g := chunkenc.NewHistogramChunk()
	app, _ := g.Appender()
	_, _, _, err := app.AppendHistogram(nil, 0, 5, gauge(intHist(9, 1)), true)
	must(err)
	_, _, _, err = app.AppendHistogram(nil, 0, 15, gauge(intHist(3, 1)), true)
	must(err)
	add("histogram gauge", g)
	b, err := json.Marshal(out)
	must(err)
	must(os.WriteFile("chunks.json", b, 0o644))
}

type series struct {
	Labels  map[string]string `json:"labels"`
	Samples []sample          `json:"samples"`
}

func query(q storage.Querier) []series {
	out := []series{}
	set := q.Select(context.Background(), true, nil, labels.MustNewMatcher(labels.MatchRegexp, "__name__", ".+"))
	for set.Next() {
		s := set.At()
		if got := read(s.Iterator(nil)); len(got) > 0 {
			out = append(out, series{s.Labels().Map(), got})
		}
	}
	must(set.Err())
	return out
}

const start = int64(1700000000000) / 7200000 * 7200000

func dataFolder(dir string, c compression.Type, st bool) {
	os.RemoveAll(dir)
	o := tsdb.DefaultOptions()
	o.WALSegmentSize = 32 * 1024
	o.WALCompression = c
	o.MinBlockDuration = 7200000
	o.MaxBlockDuration = 7200000
	o.OutOfOrderTimeWindow = 100 * 3600000
	o.EnableExemplarStorage = true
	o.MaxExemplars = 100
	o.EnableMetadataWALRecords = true
	if st {
		o.EnableSTStorage = true
		o.EnableHistogramSTEncoding = true
		o.FloatChunkEncoding = chunkenc.EncXOR2
	}
	o.RetentionDuration = math.MaxInt64 / 4
	db, err := tsdb.Open(dir, nil, nil, o, nil)
	must(err)
	db.DisableCompactions()
	ctx := context.Background()
	l := func(name string, i int) labels.Labels {
		return labels.FromStrings("__name__", name, "i", strconv.Itoa(i), "text", "z\u00fcrich \U0001f600")
	}
	at := func(k int) int64 { return start + int64(k)*60000 }
	write := func(from, to int) {
		for k := from; k < to; k++ {
			a := db.AppenderV2(ctx)
			s := int64(0)
			if st {
				s = start - 1000
			}
			app := func(ls labels.Labels, v float64, h *histogram.Histogram, fh *histogram.FloatHistogram, opt storage.AppendV2Options) {
				_, err := a.Append(0, ls, s, at(k), v, h, fh, opt)
				must(err)
			}
			for i := range 3 {
				o := storage.AppendV2Options{MetricFamilyName: "floats_total", Metadata: metadata.Metadata{Type: "counter", Help: "some help", Unit: "x"}}
				if k%10 == 0 {
					o.Exemplars = []exemplar.Exemplar{{Labels: labels.FromStrings("trace_id", strconv.Itoa(k)), Value: float64(k), Ts: at(k), HasTs: true}}
				}
				app(l("floats_total", i), float64(k*i), nil, nil, o)
			}
			v := special(k)
			if k%11 == 3 {
				v = stale
			}
			app(l("special", 0), v, nil, nil, storage.AppendV2Options{})
			app(l("histogram", 0), 0, intHist(k%50, 3), nil, storage.AppendV2Options{})
			app(l("histogram", 1), 0, customHist(k), nil, storage.AppendV2Options{})
			fh := intHist(k, 3).ToFloat(nil)
			fh.Mul(0.3)
			app(l("float_histogram", 0), 0, nil, fh, storage.AppendV2Options{})
			app(l("float_histogram", 1), 0, nil, customHist(k).ToFloat(nil), storage.AppendV2Options{})
			if k%7 == 0 {
				app(l("mixed", 0), 5, nil, nil, storage.AppendV2Options{})
			} else {
				app(l("mixed", 0), 0, intHist(k, 1), nil, storage.AppendV2Options{})
			}
			must(a.Commit())
		}
	}
	outOfOrder := func(from, to, step int) {
		for k := from; k < to; k += step {
			a := db.AppenderV2(ctx)
			_, err := a.Append(0, l("floats_total", 1), 0, at(k)+30000, -float64(k), nil, nil, storage.AppendV2Options{})
			must(err)
			_, err = a.Append(0, l("late_only", k%2), 0, at(k)+30000, -float64(k), nil, nil, storage.AppendV2Options{})
			must(err)
			must(a.Commit())
		}
	}
	write(0, 120)
	outOfOrder(20, 60, 3)
	write(120, 330)
	must(db.Compact(ctx)) // one block, a block out of order
	must(db.CompactOOOHead(ctx))
	must(db.Delete(ctx, at(30), at(40), labels.MustNewMatcher(labels.MatchEqual, "i", "2")))
	write(330, 420)
	outOfOrder(200, 400, 2)
	outOfOrder(30, 31, 1)
	must(db.Delete(ctx, at(390), at(395), labels.MustNewMatcher(labels.MatchEqual, "__name__", "special")))
	write(420, 460)
	q, err := db.Querier(math.MinInt64, math.MaxInt64)
	must(err)
	got := query(q)
	must(q.Close())
	b, err := json.Marshal(got)
	must(err)
	// A copy before the clean end, as a killed process leaves it.
	must(os.CopyFS(dir+"-copy", os.DirFS(dir)))
	must(db.Close())
	os.RemoveAll(dir)
	must(os.Rename(dir+"-copy", dir))
	must(os.WriteFile(filepath.Join(dir, "expected.json"), b, 0o644))
}

func main() {
	chunksFile()
	for _, dir := range []string{"none", "snappy", "zstd", "starts"} {
		os.RemoveAll(dir + "-copy")
	}
	dataFolder("none", compression.None, false)
	dataFolder("snappy", compression.Snappy, false)
	dataFolder("zstd", compression.Zstd, false)
	dataFolder("starts", compression.Snappy, true)
}
