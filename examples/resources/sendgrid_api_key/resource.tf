terraform {
  required_providers {
    sendgrid = {
      source  = "terraform-sendgrid/sendgrid"
      version = "~> 0.1"
    }
  }
}

# A restricted key that is only allowed to send mail.
resource "sendgrid_api_key" "newsletter" {
  name   = "Newsletter"
  scopes = ["mail.send"]
}

# A key in a subuser. Changing the value of rotate_when_changed rotates the key.
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

# A key without scopes has Full Access.
resource "sendgrid_api_key" "operations" {
  name = "Operations"
}

# SendGrid shows the secret only when the key is created. Terraform keeps it in state.
output "newsletter_api_key" {
  value     = sendgrid_api_key.newsletter.api_key
  sensitive = true
}
