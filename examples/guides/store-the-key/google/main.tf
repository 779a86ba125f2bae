terraform {
  required_providers {
    sendgrid = {
      source = "terraform-sendgrid/sendgrid"
    }
    google = {
      source  = "hashicorp/google"
      version = ">= 6.23.0"
    }
  }
}

resource "sendgrid_api_key" "newsletter" {
  name   = "Newsletter"
  scopes = ["mail.send"]

  # The store has the new key before the old one is revoked.
  lifecycle {
    create_before_destroy = true
  }
}

# A write-only value is sent when its version changes. Another key has another id,
# and so another version.
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

  secret_data_wo         = sendgrid_api_key.newsletter.api_key
  secret_data_wo_version = local.key_version

  # Another version is another resource: made before the old one is destroyed.
  lifecycle {
    create_before_destroy = true
  }
}
