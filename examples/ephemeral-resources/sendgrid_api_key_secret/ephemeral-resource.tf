terraform {
  required_providers {
    sendgrid = {
      source  = "terraform-sendgrid/sendgrid"
      version = "~> 0.1"
    }
    vault = {
      source  = "hashicorp/vault"
      version = ">= 5.0.0"
    }
  }
}

resource "sendgrid_api_key" "newsletter" {
  name            = "Newsletter"
  scopes          = ["mail.send"]
  secret_in_state = false

  lifecycle {
    create_before_destroy = true
  }
}

ephemeral "sendgrid_api_key_secret" "newsletter" {
  id = sendgrid_api_key.newsletter.id
}

# The version changes when the key is replaced. Only then does Terraform send the secret.
resource "vault_kv_secret_v2" "newsletter" {
  mount = "secret"
  name  = "newsletter/sendgrid"

  # Do not read the secret back into state.
  disable_read = true

  data_json_wo         = jsonencode({ api_key = ephemeral.sendgrid_api_key_secret.newsletter.api_key })
  data_json_wo_version = parseint(substr(sha256(sendgrid_api_key.newsletter.id), 0, 7), 16)
}
