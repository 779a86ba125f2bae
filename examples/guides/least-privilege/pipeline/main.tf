terraform {
  required_providers {
    sendgrid = {
      source = "terraform-sendgrid/sendgrid"
    }
  }
}

resource "sendgrid_api_key" "pipeline" {
  name = "Pipeline"
  scopes = provider::sendgrid::permission_scopes({
    api_keys = "full" # to manage keys

    # What these keys hold.
    "mail_send.mail_send" = "full"
    stats                 = "read"
  })
}
