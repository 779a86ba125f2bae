terraform {
  required_providers {
    sendgrid = {
      source  = "terraform-sendgrid/sendgrid"
      version = "~> 0.1"
    }
  }
}

resource "sendgrid_api_key" "pipeline" {
  name = "Pipeline"
  scopes = provider::sendgrid::permission_scopes({
    api_keys = "full" # to manage keys

    # The scopes of the keys that it manages.
    "mail_send.mail_send" = "full"
    stats                 = "read"
  })
}
