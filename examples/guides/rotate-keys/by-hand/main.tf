terraform {
  required_providers {
    sendgrid = {
      source = "terraform-sendgrid/sendgrid"
    }
  }
}

# Another value of "rotated" makes another key.
resource "sendgrid_api_key" "newsletter" {
  name   = "Newsletter"
  scopes = ["mail.send"]

  rotate_when_changed = {
    rotated = "2026-11-21"
  }

  # The new key is made, and all that uses it is updated, before the old key is
  # revoked.
  lifecycle {
    create_before_destroy = true
  }
}

# Something that uses the key.
resource "terraform_data" "application" {
  input = sha256(sendgrid_api_key.newsletter.api_key)
}
