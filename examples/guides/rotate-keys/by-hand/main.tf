terraform {
  required_providers {
    sendgrid = {
      source  = "terraform-sendgrid/sendgrid"
      version = "~> 0.1"
    }
  }
}

# Changing the value of "rotated" replaces the key.
resource "sendgrid_api_key" "newsletter" {
  name   = "Newsletter"
  scopes = ["mail.send"]

  rotate_when_changed = {
    rotated = "2026-11-21"
  }

  # Create the new key and update everything that uses it before revoking the old key.
  lifecycle {
    create_before_destroy = true
  }
}

# A resource that uses the key.
resource "terraform_data" "application" {
  input = sha256(sendgrid_api_key.newsletter.api_key)
}
