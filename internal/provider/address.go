package provider

import "strings"

// Address is the provider's address in the registry.
const Address = "registry.terraform.io/terraform-sendgrid/sendgrid"

// guideURL returns the address of a guide in the registry's documentation.
func guideURL(name string) string {
	host, provider, _ := strings.Cut(Address, "/")
	return "https://" + host + "/providers/" + provider + "/latest/docs/guides/" + name
}
