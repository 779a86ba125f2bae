terraform {
  required_providers {
    sendgrid = {
      source  = "terraform-sendgrid/sendgrid"
      version = "~> 0.1"
    }
  }
}

provider "sendgrid" {} # credential from SENDGRID_API_KEY

resource "sendgrid_api_key" "newsletter" {
  name   = "Newsletter"
  scopes = ["mail.send"]
}

resource "sendgrid_api_key" "shop" {
  name         = "Shop"
  scopes       = ["mail.send", "templates.read"]
  on_behalf_of = "shop-subuser"
}
