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

resource "vault_kv_secret_v2" "newsletter" {
  mount = "secret"
  name  = "newsletter/sendgrid"

  # Nothing is read back into the state.
  disable_read = true

  data_json_wo         = jsonencode({ api_key = sendgrid_api_key.newsletter.api_key })
  data_json_wo_version = local.key_version
}
