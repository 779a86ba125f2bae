package emulator

import (
	"fmt"
	"net/http"
	"strings"
)

// page returns the HTML page that the gateway sends where the API behind it
// sends nothing. A client must never take one for a statement about a key.
//
// For 504 it is SendGrid's own page of about 6 kB (recorded in sendgrid-php
// #827, #858 and #933), for every other status nginx's, which is byte for byte
// as recorded for 502 (sendgrid-php #685).
func page(status int) Response {
	title := fmt.Sprintf("%d %s", status, pageTitle(status))
	if status == http.StatusGatewayTimeout {
		return newResponse(status, "text/html", brandedPage(title))
	}
	return newResponse(status, "text/html", nginxPage(title))
}

// pageTitle returns nginx's text for a status, which for 405 is not net/http's.
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

// brandedPage has the title and the size of SendGrid's page. The rest of that
// page is not on record.
func brandedPage(title string) string {
	head := "<!DOCTYPE html>\n<html>\n<head>\n<title>SendGrid - " + title + "</title>\n<style>\n"
	tail := "</style>\n</head>\n<body><h1>" + title + "</h1></body>\n</html>\n"
	const rule = ".page { margin: 0 auto; padding: 0; font-family: sans-serif; }\n"
	return head + strings.Repeat(rule, (6<<10-len(head)-len(tail))/len(rule)) + tail
}
