terraform {
  required_providers {
    sendgrid = {
      source  = "terraform-sendgrid/sendgrid"
      version = "~> 0.1"
    }
  }
}

# Look up a key by its id, which never changes.
data "sendgrid_api_key" "newsletter" {
  id = "ynfH3dkkSYfdvQRKIjcP5Q"
}

# Look up a key by its exact name, in a subuser.
data "sendgrid_api_key" "shop" {
  name         = "Shop"
  on_behalf_of = "shop-subuser"
}

# Warn in every plan if someone has given the key more scopes than it needs.
check "newsletter_only_sends" {
  assert {
    condition     = data.sendgrid_api_key.newsletter.scopes == toset(["mail.send"])
    error_message = "The newsletter key must have the scope mail.send and no other."
  }
}
