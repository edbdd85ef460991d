// Fetches each URL of the arguments. The names lead to loopback; the certificates to trust are in the file CA.
package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"time"
)

func main() {
	pem, _ := os.ReadFile(os.Getenv("CA"))
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(pem)
	transport := &http.Transport{
		DisableKeepAlives: true,
		// A transport with its own dialling asks for HTTP/1.1 alone, unless it is told.
		ForceAttemptHTTP2: true,
		TLSClientConfig:   &tls.Config{RootCAs: roots},
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			_, port, _ := net.SplitHostPort(address)
			return (&net.Dialer{}).DialContext(ctx, network, "127.0.0.1:"+port)
		},
	}
	client := &http.Client{Transport: transport, Timeout: 10 * time.Second}
	for _, url := range os.Args[1:] {
		response, err := client.Get(url)
		if err != nil {
			fmt.Println("error", err)
			continue
		}
		body, _ := io.ReadAll(response.Body)
		response.Body.Close()
		text := strings.TrimSpace(string(body))
		if response.StatusCode == 200 {
			fmt.Println("said", text)
		} else {
			fmt.Println("error", response.StatusCode, text)
		}
	}
}
