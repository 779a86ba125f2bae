terraform {
  required_providers {
    sendgrid = {
      source  = "terraform-sendgrid/sendgrid"
      version = "~> 0.1"
    }
  }
}

# Audit the scopes of every key in the account.
data "sendgrid_api_keys" "all" {
  include_scopes = true
}

output "full_access" {
  description = "Keys that appear to have Full Access."
  value       = { for key in data.sendgrid_api_keys.all.api_keys : key.id => key.name if key.full_access }
}

output "allowed_to_send_mail" {
  description = "Keys that are allowed to send mail."
  value = {
    for key in data.sendgrid_api_keys.all.api_keys : key.id => key.name
    if key.full_access ? true : contains(key.scopes, "mail.send")
  }
}

# List only the ids and names of a subuser's keys, with one request.
data "sendgrid_api_keys" "shop" {
  on_behalf_of = "shop-subuser"
  name_prefix  = "shop-"
}
