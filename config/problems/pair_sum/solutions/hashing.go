package main

import (
	"bufio"
	"fmt"
	"os"
)

func main() {
	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	var n int
	var target int64
	fmt.Fscan(in, &n, &target)
	seen := make(map[int64]bool, n)
	answer := "NO"
	for i := 0; i < n; i++ {
		x := next(in)
		if seen[target-x] {
			answer = "YES"
		}
		seen[x] = true
	}
	fmt.Println(answer)
}

func next(in *bufio.Reader) int64 {
	var value int64
	negative := false
	c, _ := in.ReadByte()
	for c == ' ' || c == '\n' || c == '\r' {
		c, _ = in.ReadByte()
	}
	for ; c == '-' || c >= '0' && c <= '9'; c, _ = in.ReadByte() {
		if c == '-' {
			negative = true
		} else {
			value = value*10 + int64(c-'0')
		}
	}
	if negative {
		return -value
	}
	return value
}
