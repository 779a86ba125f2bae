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

  # Pass the new key to the store before revoking the old one.
  lifecycle {
    create_before_destroy = true
  }
}

# Terraform sends a write-only value when its version changes. A new key has a new id,
# so the version changes with the key.
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
