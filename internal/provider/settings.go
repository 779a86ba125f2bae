package provider

import (
	"errors"
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

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/keys"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/scopes"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/sendgrid"
)

const defaultMaxRetries = 5

// regions are the values of region and the hosts of the API there.
var regions = map[string]string{
	"global": sendgrid.GlobalURL,
	"eu":     sendgrid.EUURL,
}

// regionOf returns the region whose API has the URL, and "" for any other URL,
// such as that of a proxy, which can lead to any region.
func regionOf(baseURL string) string {
	for region, url := range regions {
		if strings.EqualFold(strings.TrimSuffix(baseURL, "/"), url) {
			return region
		}
	}
	return ""
}

// providerModel is the provider block.
type providerModel struct {
	APIKey         types.String `tfsdk:"api_key"`
	Region         types.String `tfsdk:"region"`
	BaseURL        types.String `tfsdk:"base_url"`
	OnBehalfOf     types.String `tfsdk:"on_behalf_of"`
	IgnoredScopes  types.Set    `tfsdk:"ignored_scopes"`
	RequestTimeout types.String `tfsdk:"request_timeout"`
	MaxRetries     types.Int64  `tfsdk:"max_retries"`
}

// settings are the provider block, completed from the environment and the
// defaults.
type settings struct {
	apiKey string
	// region is empty if baseURL is that of no region.
	region         string
	baseURL        string
	onBehalfOf     string
	ignoredScopes  []string
	requestTimeout time.Duration
	maxRetries     int
	// unknowns are the attributes whose values are known only after apply.
	unknowns []string
}

func (s settings) unknown(attribute string) bool {
	return slices.Contains(s.unknowns, attribute)
}

// incomplete returns an error if a value is unknown that is needed to send a
// request or to understand the response.
func (s settings) incomplete() error {
	needed := slices.DeleteFunc(slices.Clone(s.unknowns), func(name string) bool {
		return name == "on_behalf_of" || name == "request_timeout" || name == "max_retries"
	})
	if len(needed) == 0 {
		return nil
	}
	return fmt.Errorf("%w: %s known only after apply", errNotConfigured, strings.Join(needed, ", "))
}

// api returns the API that the settings describe, without its client.
func (s settings) api(timing keys.Timing) api {
	configured := api{
		region:  s.region,
		account: types.StringValue(s.onBehalfOf),
		policy:  scopes.NewPolicy(s.ignoredScopes...),
		timing:  timing,
	}
	configured.ownID, _ = sendgrid.KeyID(s.apiKey)
	if s.unknown("region") || s.unknown("base_url") {
		configured.region = ""
	}
	if s.unknown("on_behalf_of") {
		configured.account = types.StringUnknown()
	}
	return configured
}

// resolveSettings checks the provider block and completes it from the
// environment. The block takes precedence. Unknown values are left empty and
// unchecked.
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
	check := func(name string, err error) {
		if err != nil {
			diags.AddAttributeError(path.Root(name), "Invalid "+name, fmt.Sprintf("The provider's %s %s.", name, err))
		}
	}
	// text returns the value of an attribute, or of its environment variable, and
	// whether either is set. An empty variable counts as not set.
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
	// public is text for what is no secret and may be quoted.
	public := func(name string, v types.String) (string, bool) {
		value, set := text(name, v)
		if set && sendgrid.ContainsSecret(value, s.apiKey) {
			check(name, errSecret)
			return "", false
		}
		return value, set
	}

	if value, set := text("api_key", model.APIKey); set {
		check("api_key", checkCredential(value))
		s.apiKey = value
	}
	if value, set := public("region", model.Region); set {
		check("region", checkRegion(value))
		s.region = value
	}
	s.baseURL = regions[s.region]
	if value, set := public("base_url", model.BaseURL); set {
		check("base_url", checkBaseURL(value))
		s.baseURL = value
		s.region = regionOf(value)
	}
	if value, set := public("on_behalf_of", model.OnBehalfOf); set {
		check("on_behalf_of", checkAccount(value))
		s.onBehalfOf = value
	}
	if known("request_timeout", model.RequestTimeout) {
		value := model.RequestTimeout.ValueString()
		timeout, err := time.ParseDuration(value)
		switch {
		case sendgrid.ContainsSecret(value, s.apiKey):
			err = errSecret
		case err != nil || timeout <= 0:
			err = fmt.Errorf(`must be a positive duration such as "45s" or "2m"%s`, unlike(value))
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
			switch value := name.ValueString(); {
			case sendgrid.ContainsSecret(value, s.apiKey):
				check("ignored_scopes", errSecret)
			case !scopes.WellFormed(value):
				check("ignored_scopes", fmt.Errorf("must contain scope names such as \"mail.send\", not %s", quoted(value)))
			}
			s.ignoredScopes = append(s.ignoredScopes, name.ValueString())
		}
	}
	return s, diags
}

// envName returns the environment variable of an attribute.
func envName(attribute string) string {
	return "SENDGRID_" + strings.ToUpper(attribute)
}

// checkCredential rejects what net/http would refuse in a header, and what
// remains of a credential that was copied badly. It does not quote the value.
func checkCredential(value string) error {
	switch {
	case value == "":
		return fmt.Errorf("is empty: set it to a SendGrid API key, or omit it and set the environment variable %s", envName("api_key"))
	case strings.ContainsFunc(value, func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) }):
		return errors.New("contains a space, a line break, or another character that no API key has; if it comes from a file, use trimspace()")
	default:
		return nil
	}
}

// errSecret is about a setting that contains an API key or the credential.
var errSecret = errors.New("contains the credential or another API key, which is a secret: set the credential in " + envName("api_key") + " only")

func checkRegion(value string) error {
	if _, known := regions[value]; known {
		return nil
	}
	return fmt.Errorf(`must be "global" or "eu"%s; if the configuration does not set it, the environment variable %s does`, unlike(value), envName("region"))
}

// checkBaseURL rejects URLs that would send the credential over the network
// unencrypted, and URLs with more than scheme, host and path. It does not quote
// the value, because any part of it could be a token.
func checkBaseURL(value string) error {
	u, err := url.Parse(value)
	switch {
	case err != nil || u.Hostname() == "":
		return fmt.Errorf("must be a URL such as %q", sendgrid.GlobalURL)
	case u.User != nil || strings.ContainsAny(value, "?#"):
		return errors.New("must consist of a scheme, a host, and optionally a path, without a user, a query, or a fragment")
	case strings.HasSuffix(strings.TrimRight(u.Path, "/"), "/v3"):
		return errors.New("must not end in /v3, which the provider adds")
	case u.Scheme == "https", u.Scheme == "http" && isLoopback(u.Hostname()):
		return nil
	case u.Scheme == "http":
		return errors.New("must use https://: requests carry the credential, and http:// is allowed only for loopback addresses")
	default:
		return errors.New("must begin with https://")
	}
}

func isLoopback(host string) bool {
	return host == "localhost" || net.ParseIP(host).IsLoopback()
}

func missingCredential() diag.Diagnostic {
	return diag.NewAttributeErrorDiagnostic(path.Root("api_key"), "Missing SendGrid credential", fmt.Sprintf(
		"The provider needs an API key that is allowed to manage API keys. Set the environment variable %s, or the provider's api_key.",
		envName("api_key")))
}
