terraform {
  required_providers {
    sendgrid = {
      source  = "terraform-sendgrid/sendgrid"
      version = "~> 0.1"
    }
  }
}

provider "sendgrid" {} # credential from SENDGRID_API_KEY

# The old provider block set subuser = "shop-subuser".
provider "sendgrid" {
  alias        = "shop"
  on_behalf_of = "shop-subuser"
}

resource "sendgrid_api_key" "newsletter" {
  name   = "Newsletter"
  scopes = ["mail.send"]
}

resource "sendgrid_api_key" "shop" {
  provider = sendgrid.shop

  name   = "Shop"
  scopes = ["mail.send", "templates.read"]
}
