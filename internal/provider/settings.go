package provider

import (
	"fmt"
	"net"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/scopes"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/sendgrid"
)

const defaultMaxRetries = 5

// regions are the values of region and their hosts.
var regions = map[string]string{
	"global": sendgrid.GlobalURL,
	"eu":     sendgrid.EUURL,
}

// settings are the provider block with environment and defaults filled in.
type settings struct {
	apiKey         string
	region         string
	baseURL        string
	onBehalfOf     string
	ignoredScopes  []string
	requestTimeout time.Duration
	maxRetries     int
	// unknowns are the attributes whose values only apply will tell.
	unknowns []string
}

func (s settings) unknown(attribute string) bool {
	return slices.Contains(s.unknowns, attribute)
}

// missing returns the unknown attributes without which no request can be sent or
// no answer be understood.
func (s settings) missing() []string {
	return slices.DeleteFunc(slices.Clone(s.unknowns), func(name string) bool {
		return name == "on_behalf_of" || name == "request_timeout" || name == "max_retries"
	})
}

// resolveSettings fills in the provider block from the environment, over which
// it wins, and checks it. Values that are unknown are left empty and unchecked.
func resolveSettings(model providerModel, getenv func(string) string) (settings, diag.Diagnostics) {
	var diags diag.Diagnostics
	s := settings{
		region:         "global",
		requestTimeout: sendgrid.DefaultRequestTimeout,
		maxRetries:     defaultMaxRetries,
	}
	known := func(name string, v attr.Value) bool {
		if v.IsUnknown() {
			s.unknowns = append(s.unknowns, name)
		}
		return !v.IsUnknown() && !v.IsNull()
	}
	// text returns the value of an attribute, or of its variable, and whether
	// either was given. An empty variable counts as not set.
	text := func(name string, v types.String) (string, bool) {
		if known(name, v) {
			return v.ValueString(), true
		}
		if v.IsUnknown() {
			return "", false
		}
		value := getenv(envName(name))
		return value, value != ""
	}
	check := func(name string, err error) {
		if err != nil {
			diags.AddAttributeError(path.Root(name), "Invalid "+name, fmt.Sprintf("The provider's %s %s.", name, err))
		}
	}

	if value, given := text("api_key", model.APIKey); given {
		check("api_key", checkCredential(value))
		s.apiKey = value
	}
	if value, given := text("region", model.Region); given {
		if _, known := regions[value]; !known {
			check("region", fmt.Errorf(`must be "global" or "eu", not %q; the environment variable %s may have set it`, value, envName("region")))
		}
		s.region = value
	}
	s.baseURL = regions[s.region]
	if value, given := text("base_url", model.BaseURL); given {
		check("base_url", checkBaseURL(value))
		s.baseURL = value
	}
	if value, given := text("on_behalf_of", model.OnBehalfOf); given {
		check("on_behalf_of", checkAccount(value))
		s.onBehalfOf = value
	}
	if known("request_timeout", model.RequestTimeout) {
		timeout, err := time.ParseDuration(model.RequestTimeout.ValueString())
		if err != nil || timeout <= 0 {
			err = fmt.Errorf(`must be a positive duration such as "45s" or "2m", not %q`, model.RequestTimeout.ValueString())
		}
		check("request_timeout", err)
		s.requestTimeout = timeout
	}
	if known("max_retries", model.MaxRetries) {
		retries := model.MaxRetries.ValueInt64()
		if retries < 0 || retries > 100 {
			check("max_retries", fmt.Errorf("must be a number from 0 to 100, not %d", retries))
		}
		s.maxRetries = int(retries)
	}
	if known("ignored_scopes", model.IgnoredScopes) {
		for _, element := range model.IgnoredScopes.Elements() {
			name, ok := element.(types.String)
			if !ok || name.IsUnknown() {
				s.unknowns = append(s.unknowns, "ignored_scopes")
				continue
			}
			if !scopes.WellFormed(name.ValueString()) {
				check("ignored_scopes", fmt.Errorf("must hold scope names such as \"mail.send\", not %q", name.ValueString()))
			}
			s.ignoredScopes = append(s.ignoredScopes, name.ValueString())
		}
	}
	return s, diags
}

// envName is the environment variable that stands in for an attribute.
func envName(attribute string) string {
	return "SENDGRID_" + strings.ToUpper(attribute)
}

// checkCredential catches what net/http would refuse in a header, and what is
// left of a credential that was copied badly. It does not quote the value.
func checkCredential(value string) error {
	switch {
	case value == "":
		return fmt.Errorf("is empty: set it to a SendGrid API key, or leave it out and set the environment variable %s", envName("api_key"))
	case strings.ContainsFunc(value, func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) }):
		return fmt.Errorf("holds a space, a line break or another character that no API key has; if it comes from a file, use trimspace()")
	default:
		return nil
	}
}

// checkBaseURL refuses URLs that would carry the credential over the network
// unencrypted, or that are more than a place to find the API at.
func checkBaseURL(value string) error {
	u, err := url.Parse(value)
	switch {
	case err != nil || u.Host == "":
		return fmt.Errorf("must be a URL such as %q", sendgrid.GlobalURL)
	case u.User != nil || u.RawQuery != "" || u.Fragment != "":
		return fmt.Errorf("must be scheme, host and path alone, without user, query or fragment")
	case u.Scheme == "https", u.Scheme == "http" && isLoopback(u.Hostname()):
		return nil
	case u.Scheme == "http":
		return fmt.Errorf("must use https:// towards %s: it carries the credential, and http:// is allowed towards loopback addresses only", u.Hostname())
	default:
		return fmt.Errorf("must begin with https://, not with %s://", u.Scheme)
	}
}

func isLoopback(host string) bool {
	return host == "localhost" || net.ParseIP(host).IsLoopback()
}

// checkAccount refuses what no on-behalf-of header can hold.
func checkAccount(value string) error {
	if strings.TrimSpace(value) != value || strings.ContainsFunc(value, unicode.IsControl) {
		return fmt.Errorf(`must be a subuser's username or "account-id" and an id, without spaces around it`)
	}
	return nil
}
