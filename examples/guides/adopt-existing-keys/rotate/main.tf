terraform {
  required_providers {
    sendgrid = {
      source  = "terraform-sendgrid/sendgrid"
      version = "~> 0.1"
    }
  }
}

resource "sendgrid_api_key" "newsletter" {
  name   = "Newsletter"
  scopes = ["mail.send"]

  # Setting the map changes nothing at SendGrid. Changing it later replaces the key.
  rotate_when_changed = {
    rotated = "2026-11"
  }

  # Keep the old key alive until everything that uses it has the new one.
  lifecycle {
    create_before_destroy = true
  }
}
