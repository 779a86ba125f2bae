terraform {
  required_providers {
    sendgrid = {
      source = "terraform-sendgrid/sendgrid"
    }
  }
}

# An audit: what every key of the account may do.
data "sendgrid_api_keys" "all" {
  include_scopes = true
}

output "full_access" {
  description = "Keys that look as if they may do everything."
  value       = { for key in data.sendgrid_api_keys.all.api_keys : key.id => key.name if key.full_access }
}

output "may_send_mail" {
  description = "Keys that may send mail."
  value = {
    for key in data.sendgrid_api_keys.all.api_keys : key.id => key.name
    if key.full_access ? true : contains(key.scopes, "mail.send")
  }
}

# The keys of a subuser, by id and name alone, in one request.
data "sendgrid_api_keys" "shop" {
  on_behalf_of = "shop-subuser"
  name_prefix  = "shop-"
}
