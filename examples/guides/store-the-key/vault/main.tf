terraform {
  required_providers {
    sendgrid = {
      source = "terraform-sendgrid/sendgrid"
    }
    vault = {
      source  = "hashicorp/vault"
      version = ">= 5.0.0"
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

resource "vault_kv_secret_v2" "newsletter" {
  mount = "secret"
  name  = "newsletter/sendgrid"

  # Do not read the secret back into state.
  disable_read = true

  data_json_wo         = jsonencode({ api_key = sendgrid_api_key.newsletter.api_key })
  data_json_wo_version = local.key_version
}
