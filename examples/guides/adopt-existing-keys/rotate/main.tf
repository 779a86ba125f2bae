terraform {
  required_providers {
    sendgrid = {
      source = "terraform-sendgrid/sendgrid"
    }
  }
}

resource "sendgrid_api_key" "newsletter" {
  name   = "Newsletter"
  scopes = ["mail.send"]

  # Setting this changes nothing at SendGrid. Changing it later makes a new key.
  rotate_when_changed = {
    rotated = "2026-11"
  }

  # The old key works until all that uses it has got the new one.
  lifecycle {
    create_before_destroy = true
  }
}
