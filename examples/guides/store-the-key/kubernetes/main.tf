terraform {
  required_providers {
    sendgrid = {
      source = "terraform-sendgrid/sendgrid"
    }
    kubernetes = {
      source  = "hashicorp/kubernetes"
      version = ">= 2.36.0"
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

resource "kubernetes_secret_v1" "newsletter" {
  metadata {
    name = "newsletter-sendgrid"
  }

  data_wo = {
    SENDGRID_API_KEY = sendgrid_api_key.newsletter.api_key
  }
  data_wo_revision = local.key_version
}
