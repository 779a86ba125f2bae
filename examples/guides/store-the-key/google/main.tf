terraform {
  required_providers {
    sendgrid = {
      source  = "terraform-sendgrid/sendgrid"
      version = "~> 0.1"
    }
    google = {
      source  = "hashicorp/google"
      version = ">= 6.23.0"
    }
  }
}

resource "sendgrid_api_key" "newsletter" {
  name            = "Newsletter"
  scopes          = ["mail.send"]
  secret_in_state = false

  # Pass the new key to the store before revoking the old one.
  lifecycle {
    create_before_destroy = true
  }
}

# The secret is available only in the run that creates the key.
ephemeral "sendgrid_api_key_secret" "newsletter" {
  id = sendgrid_api_key.newsletter.id
}

# Terraform sends a write-only value when its version changes. A new key has a new id,
# so the version changes with the key.
locals {
  key_version = parseint(substr(sha256(sendgrid_api_key.newsletter.id), 0, 7), 16)
}

resource "google_secret_manager_secret" "newsletter" {
  secret_id = "newsletter-sendgrid"

  replication {
    auto {}
  }
}

resource "google_secret_manager_secret_version" "newsletter" {
  secret = google_secret_manager_secret.newsletter.id

  secret_data_wo         = ephemeral.sendgrid_api_key_secret.newsletter.api_key
  secret_data_wo_version = local.key_version

  # A new version replaces this resource. Create the new one before destroying the old one.
  lifecycle {
    create_before_destroy = true
  }
}
