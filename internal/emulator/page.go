package emulator

import (
	"fmt"
	"net/http"
	"strings"
)

// page returns the HTML page that stands in for an answer when the API behind
// the gateway has none: what it must never be taken for is an answer about a
// key. A gateway timeout is SendGrid's own page of about 6 kB, any other status
// nginx's, byte for byte as recorded for 502.
func page(status int) Answer {
	title := fmt.Sprintf("%d %s", status, pageTitle(status))
	if status == http.StatusGatewayTimeout {
		return answer(status, "text/html", brandedPage(title))
	}
	return answer(status, "text/html", nginxPage(title))
}

// pageTitle returns how gateways call a status, which differs from net/http in one.
func pageTitle(status int) string {
	if status == http.StatusMethodNotAllowed {
		return "Not Allowed"
	}
	return http.StatusText(status)
}

func nginxPage(title string) string {
	return strings.Join([]string{
		"<html>",
		"<head><title>" + title + "</title></head>",
		`<body bgcolor="white">`,
		"<center><h1>" + title + "</h1></center>",
		"<hr><center>nginx</center>",
		"</body>",
		"</html>",
		"",
	}, "\r\n")
}

// brandedPage keeps title and size of SendGrid's page; its content is not on record.
func brandedPage(title string) string {
	head := "<!DOCTYPE html>\n<html>\n<head>\n<title>SendGrid - " + title + "</title>\n<style>\n"
	tail := "</style>\n</head>\n<body><h1>" + title + "</h1></body>\n</html>\n"
	const rule = ".page { margin: 0 auto; padding: 0; font-family: sans-serif; }\n"
	return head + strings.Repeat(rule, (6<<10-len(head)-len(tail))/len(rule)) + tail
}
