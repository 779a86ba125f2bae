terraform {
  required_providers {
    sendgrid = {
      source  = "terraform-sendgrid/sendgrid"
      version = "~> 0.1"
    }
  }
}

provider "sendgrid" {}

resource "sendgrid_api_key" "newsletter" {
  name   = "Newsletter"
  scopes = ["mail.send"]
}

moved {
  from = sendgrid_api_key.old_newsletter
  to   = sendgrid_api_key.newsletter
}
