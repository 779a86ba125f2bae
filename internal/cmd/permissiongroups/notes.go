package main

// notes are what a user has to know of a group beyond its scopes. Those of the
// catalogue are for whoever extends it: where a level was found, and what is
// doubtful about it.
var notes = map[string]string{
	"billing": "A key of its own: beside any other group this is an error. A credential can only grant what it holds, " +
		"and Full Access does not include billing.",
	"category_management": "The statistics of categories are `stats.category`.",
	"email_activity": "The feed is a paid add-on: without it, SendGrid may refuse `messages.read`. " +
		"Accounts that are still on the legacy feed have another scope instead, which no level grants.",
	"email_validation":      "Pro and Premier plans only. In the console such keys are a type of their own.",
	"inbound_parse":         "Its statistics are `stats.parse_webhook`.",
	"ip_management":         "Accounts of the Free and Essentials plans hold few of these.",
	"mail_settings":         "`mail_settings.bcc` and `mail_settings.spam_check` are legacy features, whose scopes newer accounts lack.",
	"marketing":             "There is no `read`, since `marketing.read` allows to read and to write.",
	"partners":              "Legacy integrations, whose scopes newer accounts may lack.",
	"sender_authentication": "Authenticated domains, branded links, reverse DNS and verified senders.",
	"stats":                 "Statistics can only be read: both levels grant the same.",
	"subusers":              "Subusers need a Pro plan or a higher one. Their statistics are `stats.subuser`.",
	"suppressions": "The scopes are `suppression.…`. Names that begin with `suppressions.`, as SendGrid's documentation once " +
		"had them, do not exist.",
	"user_account": "Not every account has `user.timezone.update`.",
}
