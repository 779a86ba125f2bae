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

# Lives until the end of the run, and is in neither plan nor state.
ephemeral "sendgrid_api_key" "smoke_test" {
  name   = "Smoke test"
  scopes = ["mail.send"]
}

# Where a smoke test that this run starts finds it. Every run has another key, and
# sends it.
resource "vault_kv_secret_v2" "smoke_test" {
  mount = "secret"
  name  = "smoke-test/sendgrid"

  # Nothing is read back into the state.
  disable_read = true

  data_json_wo         = jsonencode({ api_key = ephemeral.sendgrid_api_key.smoke_test.api_key })
  data_json_wo_version = parseint(formatdate("YYYYMMDDhhmmss", plantimestamp()), 10)
}
