package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"io/fs"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// certify makes a certificate for localhost, the one root that the test trusts.
func certify(t *testing.T, dir string) (cert, key string, roots *x509.CertPool) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "localhost"}, DNSNames: []string{"localhost"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &private.PublicKey, private)
	must(t, err)
	secret, err := x509.MarshalPKCS8PrivateKey(private)
	must(t, err)
	cert, key = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	must(t, os.WriteFile(cert, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600))
	must(t, os.WriteFile(key, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret}), 0o600))
	roots = x509.NewCertPool()
	parsed, err := x509.ParseCertificate(der)
	must(t, err)
	roots.AddCert(parsed)
	return cert, key, roots
}

// A samples proxy is one of deploy/ on a port of this machine: how its sample is
// bent to that, and how it is started.
type sampleProxy struct {
	sample string
	bend   func(upstream, port, dir, cert, key string) *strings.Replacer
	before string // and after: what stands around the sample
	after  string
	args   func(config, dir string) []string
}

var sampleProxies = map[string]sampleProxy{
	"nginx": {
		sample: "deploy/nginx.conf",
		bend: func(upstream, port, _, cert, key string) *strings.Replacer {
			return strings.NewReplacer("listen 443 ssl", "listen 127.0.0.1:"+port+" ssl", "listen [::]:443 ssl http2;", "", "melden.example office.example", "localhost",
				"/etc/ssl/beistand/fullchain.pem", cert, "/etc/ssl/beistand/privkey.pem", key, "server 127.0.0.1:8080;", "server "+upstream+";")
		},
		before: "daemon off;\nmaster_process off;\npid nginx.pid;\nerror_log stderr;\nevents {}\nhttp {\nclient_body_temp_path body;\nproxy_temp_path proxy;\nfastcgi_temp_path f;\nuwsgi_temp_path u;\nscgi_temp_path s;\n",
		after:  "\n}\n",
		args:   func(config, dir string) []string { return []string{"-p", dir, "-e", "stderr", "-c", config} },
	},
	"caddy": {
		sample: "deploy/Caddyfile",
		bend: func(upstream, port, _, cert, key string) *strings.Replacer {
			return strings.NewReplacer("admin off", "admin off\n\tauto_https disable_redirects\n\tskip_install_trust", "melden.example, office.example {",
				"https://localhost:"+port+" {\n\tbind 127.0.0.1\n\ttls "+cert+" "+key, "beistand1:8080 beistand2:8080", upstream)
		},
		args: func(config, _ string) []string {
			return []string{"run", "--adapter", "caddyfile", "--config", config}
		},
	},
}

// TestProxySamples runs the samples of deploy/ with the proxies that this machine
// has, in front of the program: a report comes in both ways and with a file, the
// site is that of the release, no header tells who asked, and neither a log nor a
// file of the proxy tells of a visit, also when the program is away.
func TestProxySamples(t *testing.T) {
	for name, proxy := range sampleProxies {
		path, err := exec.LookPath(name)
		if err != nil {
			t.Logf("not run: %s is not installed", name)
			continue
		}
		t.Run(name, func(t *testing.T) { proxy.try(t, path) })
	}
}

func (s sampleProxy) try(t *testing.T, path string) {
	o := newOffice(t)
	dir, outside, inside := t.TempDir(), freePort(t), freePort(t)
	origin := "https://localhost" + outside[strings.LastIndex(outside, ":"):]
	o.env = append(o.env, "BEISTAND_SITE_NETWORK_HEADER=X-Network", "BEISTAND_SITE_ORIGIN="+origin)
	o.with("BEISTAND_LISTEN", inside)
	p := o.start(t, "serve")
	upstream := newRecorder(t, &url.URL{Scheme: "http", Host: inside})
	cert, key, roots := certify(t, dir)
	said := s.start(t, path, dir, strings.TrimPrefix(upstream.URL, "http://"), origin, cert, key)

	v := newVisitor(7)
	through := &process{public: origin}
	through.client = &http.Client{Timeout: 60 * time.Second, Transport: introduced{v.browser, &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS13}}}}
	through.awaitAnswer(t)
	sealed, plain := o.sealed(t, v.text), o.unsealed(t)
	if status, answer, err := through.post("/api/v1/reports", sealed.body); err != nil || status != http.StatusCreated {
		t.Errorf("sealed: status %d, %v: %s", status, err, answer)
	}
	kind, form := formWithFileOf(t, plainForm(plain.receipt.String(), v.text), v.name, v.file+strings.Repeat(" Text", 1<<18))
	if status, err := through.send("/de/report", kind, "", form); err != nil || status != http.StatusOK {
		t.Errorf("plain, with a file: status %d, %v", status, err)
	}
	if through.mailbox(t, plain.keys)["found"] != true {
		t.Error("what came through the proxy is not there")
	}
	o.env = append(o.env, "SSL_CERT_FILE="+cert)
	if out, code := o.run(t, "", "verify", "site", "-keys", filepath.Join(o.dir, "office-keys.txt"), origin); code != 0 || !strings.Contains(out, " 0 differences") {
		t.Errorf("verify site: exit %d: %s", code, out)
	}
	upstream.check(t, origin)
	conn := halfThrough(t, origin, roots, form)
	noTrace(t, dir, "while a file is on its way", said, v)
	must(t, conn.Close())
	p.stop(t)
	upstream.Close()
	if status, _ := through.get(t, "/de/report"); status != http.StatusBadGateway && status != http.StatusServiceUnavailable {
		t.Errorf("with the program away: status %d", status)
	}
	noTrace(t, dir, "with the program away", said, v)
}

// start writes the sample's settings and runs the proxy until the test ends.
func (s sampleProxy) start(t *testing.T, path, dir, upstream, origin, cert, key string) *output {
	t.Helper()
	u, err := url.Parse(origin)
	must(t, err)
	config := filepath.Join(dir, "proxy.conf")
	text := s.before + s.bend(upstream, u.Port(), dir, cert, key).Replace(readTree(t, s.sample)) + s.after
	must(t, os.WriteFile(config, []byte(text), 0o600))
	said := &output{}
	cmd := exec.Command(path, s.args(config, dir)...)
	cmd.Stdout, cmd.Stderr, cmd.Dir = said, said, dir
	cmd.Env = []string{"HOME=" + dir, "XDG_DATA_HOME=" + dir, "XDG_CONFIG_HOME=" + dir, "PATH=" + os.Getenv("PATH")}
	must(t, cmd.Start())
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		if t.Failed() {
			t.Logf("the proxy said: %s", said)
		}
	})
	return said
}

// awaitAnswer waits until the proxy listens.
func (p *process) awaitAnswer(t *testing.T) {
	t.Helper()
	for range 200 {
		if resp, err := p.client.Get(p.public + "/de/report"); err == nil {
			must(t, resp.Body.Close())
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatal("the proxy does not answer")
}

// introduced sends a browser's name along.
type introduced struct {
	browser string
	http.RoundTripper
}

func (n introduced) RoundTrip(r *http.Request) (*http.Response, error) {
	r.Header.Set("User-Agent", n.browser)
	r.Header.Set("X-Forwarded-For", "203.0.113.77") // nobody is to believe it, or to pass it on
	r.Header.Set("X-Network", "203.0.113")
	return n.RoundTripper.RoundTrip(r)
}

// A recorder stands between proxy and program and keeps the headers.
type recorder struct {
	*httptest.Server
	mu   sync.Mutex
	seen []*http.Request
}

func newRecorder(t *testing.T, target *url.URL) *recorder {
	t.Helper()
	r := &recorder{}
	forward := &httputil.ReverseProxy{Rewrite: func(p *httputil.ProxyRequest) {
		p.SetURL(target)
		p.Out.Host = p.In.Host
	}, ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		r.mu.Lock()
		r.seen = append(r.seen, q.Clone(q.Context()))
		r.mu.Unlock()
		forward.ServeHTTP(w, q)
	}))
	t.Cleanup(r.Close)
	return r
}

func (r *recorder) check(t *testing.T, origin string) {
	t.Helper()
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.seen) < 10 {
		t.Errorf("only %d requests came through", len(r.seen))
	}
	for _, q := range r.seen {
		if !strings.HasPrefix(origin, "https://"+q.Host) || q.Header.Get("X-Network") != "127.0.0" {
			t.Errorf("%s: host %q, network %q", q.URL.Path, q.Host, q.Header.Get("X-Network"))
		}
		for _, name := range []string{"X-Forwarded-For", "X-Real-Ip", "Forwarded", "Via"} {
			if v := q.Header.Get(name); v != "" {
				t.Errorf("%s: %s is %q", q.URL.Path, name, v)
			}
		}
	}
}

// halfThrough sends half of a form through the proxy and leaves it there.
func halfThrough(t *testing.T, origin string, roots *x509.CertPool, form []byte) net.Conn {
	t.Helper()
	u, err := url.Parse(origin)
	must(t, err)
	conn, err := tls.Dial("tcp", u.Host, &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS13, NextProtos: []string{"http/1.1"}})
	must(t, err)
	boundary := strings.TrimPrefix(strings.SplitN(string(form), "\r\n", 2)[0], "--")
	_, err = io.WriteString(conn, "POST /de/report HTTP/1.1\r\nHost: "+u.Host+"\r\nContent-Type: multipart/form-data; boundary="+boundary+"\r\nContent-Length: 5000000\r\n\r\n"+string(form[:len(form)/2]))
	must(t, err)
	return conn
}

// noTrace looks for a visit in what the proxy wrote and said.
func noTrace(t *testing.T, dir, when string, said *output, v visitor) {
	t.Helper()
	words := []string{v.text, v.file, v.name, v.browser, "/de/report", "127.0.0.1:", "203.0.113"}
	look := func(where, text string) {
		for _, word := range words {
			if strings.Contains(text, word) {
				t.Errorf("%s: %q stands in %s", when, word, where)
			}
		}
	}
	look("its output", said.String())
	must(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || d.Name() == "proxy.conf" || d.Name() == "autosave.json" { // its settings
			return err
		}
		text, err := os.ReadFile(path)
		look(filepath.Base(path), string(text))
		return err
	}))
}
