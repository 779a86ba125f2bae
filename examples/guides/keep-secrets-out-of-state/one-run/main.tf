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

# The key exists until the end of the run. It is in neither plan nor state.
ephemeral "sendgrid_api_key" "smoke_test" {
  name   = "Smoke test"
  scopes = ["mail.send"]
}

# A smoke test that this run starts reads the key from here. Each run creates a new key and
# sends it.
resource "vault_kv_secret_v2" "smoke_test" {
  mount = "secret"
  name  = "smoke-test/sendgrid"

  # Do not read the secret back into state.
  disable_read = true

  data_json_wo         = jsonencode({ api_key = ephemeral.sendgrid_api_key.smoke_test.api_key })
  data_json_wo_version = parseint(formatdate("YYYYMMDDhhmmss", plantimestamp()), 10)
}
