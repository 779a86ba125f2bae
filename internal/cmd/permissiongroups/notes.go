package main

// notes are what a user of a group has to know in addition to its scopes. The
// catalog has notes of its own, for maintainers.
var notes = map[string]string{
	"billing": "Requires a key of its own: billing cannot be combined with any other group. A credential can only grant " +
		"scopes that it holds, and Full Access does not include billing.",
	"category_management": "For the statistics of categories, see `stats.category`.",
	"email_activity": "The feed is a paid add-on. Without it, SendGrid may reject `messages.read`. " +
		"Accounts that still use the legacy feed have another scope instead, which no level grants.",
	"email_validation":      "Pro and Premier plans only. The console has a separate type of key for it.",
	"inbound_parse":         "For its statistics, see `stats.parse_webhook`.",
	"ip_management":         "Accounts on the Free and Essentials plans hold few of these scopes.",
	"mail_settings":         "`mail_settings.bcc` and `mail_settings.spam_check` are legacy features. Newer accounts lack their scopes.",
	"marketing":             "There is no level `read`, because the scope `marketing.read` allows both reading and writing.",
	"partners":              "Legacy integrations. Newer accounts may lack their scopes.",
	"sender_authentication": "Covers authenticated domains, branded links, reverse DNS and verified senders.",
	"stats":                 "Statistics are read-only, so both levels grant the same scopes.",
	"subusers":              "Subusers require a Pro plan or higher. For their statistics, see `stats.subuser`.",
	"suppressions": "The scopes begin with `suppression.`. Names that begin with `suppressions.`, which SendGrid's " +
		"documentation used to list, do not exist.",
	"user_account": "Some accounts lack `user.timezone.update`.",
}
