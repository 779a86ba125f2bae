terraform {
  required_providers {
    sendgrid = { source = "terraform-sendgrid/sendgrid" }
  }
}

resource "sendgrid_api_key" "newsletter" {
  name   = "Newsletter"
  scopes = ["mail.send"]
}
