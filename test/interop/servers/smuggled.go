// Says each request that it sees as "METHOD path". First line: the ports without and with TLS. Ends with its standard input.
package main

import (
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"sync"
)

func main() {
	var lock sync.Mutex
	see := http.HandlerFunc(func(answer http.ResponseWriter, request *http.Request) {
		lock.Lock()
		fmt.Println(request.Method, request.RequestURI)
		lock.Unlock()
		answer.Write([]byte("seen\n"))
	})
	log.SetOutput(io.Discard)
	plain, _ := net.Listen("tcp", "127.0.0.1:0")
	tls, _ := net.Listen("tcp", "127.0.0.1:0")
	server := &http.Server{Handler: see, DisableGeneralOptionsHandler: true}
	go server.Serve(plain)
	go server.ServeTLS(tls, os.Args[1], os.Args[2])
	fmt.Println(plain.Addr().(*net.TCPAddr).Port, tls.Addr().(*net.TCPAddr).Port)
	io.ReadAll(os.Stdin)
}
