terraform {
  required_providers {
    sendgrid = {
      source  = "terraform-sendgrid/sendgrid"
      version = "~> 0.1"
    }
  }
}

provider "sendgrid" {}

resource "sendgrid_api_key" "shop" {
  name   = "Shop"
  scopes = ["mail.send"]
}

resource "sendgrid_api_key" "dashboard" {
  name   = "Dashboard"
  scopes = provider::sendgrid::permission_scopes({ stats = "read" })
}
