terraform {
  required_providers {
    sendgrid = {
      source  = "terraform-sendgrid/sendgrid"
      version = "~> 0.1"
    }
  }
}

# A key that manages other keys in this run. It is revoked when the run ends.
ephemeral "sendgrid_api_key" "run" {
  name = "deploy"
  scopes = [
    "api_keys.create", "api_keys.read", "api_keys.update", "api_keys.delete",
    "mail.send",
  ]
}

provider "sendgrid" {
  alias   = "run"
  api_key = ephemeral.sendgrid_api_key.run.api_key
}

resource "sendgrid_api_key" "newsletter" {
  provider = sendgrid.run

  name   = "Newsletter"
  scopes = ["mail.send"]
}
