package provider

import "github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"

// foreign is a key in the state of another provider.
type foreign struct {
	// namespace is the one of the provider in the registry.
	namespace  string
	attributes map[string]any
	private    []byte
	// account is the one of the key, secret whether the state contains its secret.
	account string
	secret  bool
}

// foreignStates are what each earlier SendGrid provider writes to state for a key.
func foreignStates(k emulator.Key) map[string]foreign {
	type m = map[string]any
	id, name, secret := k.ID, k.Name, k.Secret
	scopes := []string{"mail.send"}
	// As SendGrid returns them.
	all := []string{"2fa_required", "mail.send", "sender_verification_eligible"}
	null := []byte("null")
	return map[string]foreign{
		"kenzo0107": {
			namespace: "kenzo0107", secret: true,
			attributes: m{"id": id, "name": name, "api_key": secret, "scopes": scopes},
		},
		"kenzo0107_imported": {
			namespace:  "kenzo0107",
			attributes: m{"id": id, "name": name, "api_key": nil, "scopes": scopes},
		},
		"anna_money": {
			namespace: "anna-money", secret: true, private: null,
			attributes: m{"id": id, "name": name, "api_key": secret, "scopes": all},
		},
		"trois_six_0_2": {
			namespace: "trois-six", secret: true, private: null,
			attributes: m{"id": id, "name": name, "api_key": secret, "scopes": all},
		},
		"trois_six_0_1_subuser": {
			namespace: "trois-six", secret: true, private: null, account: "sub-a",
			attributes: m{"id": id, "name": name, "api_key": secret, "scopes": all, "sub_user_on_behalf_of": "sub-a"},
		},
		"taharah": {
			namespace: "taharah", secret: true, private: null,
			attributes: m{"id": id, "name": name, "api_key": secret, "scopes": scopes},
		},
		"arslanbekov": {
			namespace: "arslanbekov", secret: true, private: null,
			attributes: m{"id": id, "name": name, "api_key": secret, "scopes": all, "sub_user_on_behalf_of": nil},
		},
		"davidji99": {
			namespace: "davidji99", secret: true, private: []byte(`{"schema_version":"0"}`),
			attributes: m{"id": id, "name": name, "key": secret, "scopes": scopes},
		},
		"davidji99_imported": {
			namespace:  "davidji99",
			attributes: m{"id": id, "name": name, "key": "not available as resource was imported", "scopes": scopes},
		},
		"digitalocean": {
			namespace:  "digitalocean",
			attributes: m{"id": id, "name": name, "scopes": all, "destination": nil, "on_behalf_of": nil},
		},
		"digitalocean_empty": {
			namespace:  "digitalocean",
			attributes: m{"id": id, "name": name, "scopes": all, "destination": []any{}, "on_behalf_of": ""},
		},
		"digitalocean_subuser": {
			namespace: "digitalocean", account: "sub-a",
			attributes: m{"id": id, "name": name, "scopes": all, "destination": nil, "on_behalf_of": "sub-a"},
		},
		"syedk1987": {
			namespace: "syedk1987", secret: true,
			attributes: m{"api_key_id": id, "name": name, "api_key": secret, "scopes": scopes},
		},
	}
}
