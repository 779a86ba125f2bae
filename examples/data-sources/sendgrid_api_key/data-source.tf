terraform {
  required_providers {
    sendgrid = {
      source = "terraform-sendgrid/sendgrid"
    }
  }
}

# By id, which stays the same for the life of a key.
data "sendgrid_api_key" "newsletter" {
  id = "ynfH3dkkSYfdvQRKIjcP5Q"
}

# By exact name, in a subuser.
data "sendgrid_api_key" "shop" {
  name         = "Shop"
  on_behalf_of = "shop-subuser"
}

# Every plan warns if somebody has given the key more than it needs.
check "newsletter_only_sends" {
  assert {
    condition     = data.sendgrid_api_key.newsletter.scopes == toset(["mail.send"])
    error_message = "The newsletter's key may do something else than send mail."
  }
}
