terraform {
  required_providers {
    sendgrid = {
      source = "terraform-sendgrid/sendgrid"
    }
  }
}

# A restricted key: it sends mail and does nothing else.
resource "sendgrid_api_key" "newsletter" {
  name   = "Newsletter"
  scopes = ["mail.send"]
}

# A key in a subuser, rotated whenever the value changes.
resource "sendgrid_api_key" "shop" {
  name         = "Shop"
  scopes       = ["mail.send", "templates.read"]
  on_behalf_of = "shop-subuser"

  rotate_when_changed = {
    rotated = "2026-11"
  }

  lifecycle {
    create_before_destroy = true
  }
}

# Without scopes a key has Full Access.
resource "sendgrid_api_key" "operations" {
  name = "Operations"
}

# The key itself is known once, when it is made, and kept in state.
output "newsletter_api_key" {
  value     = sendgrid_api_key.newsletter.api_key
  sensitive = true
}
