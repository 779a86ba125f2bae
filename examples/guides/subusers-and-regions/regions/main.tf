terraform {
  required_providers {
    sendgrid = {
      source  = "terraform-sendgrid/sendgrid"
      version = "~> 0.1"
    }
  }
}

provider "sendgrid" {} # credential from SENDGRID_API_KEY

provider "sendgrid" {
  alias   = "eu"
  region  = "eu"
  api_key = var.sendgrid_eu_api_key
}

variable "sendgrid_eu_api_key" {
  description = "API key that manages the keys of the EU subuser."
  type        = string
  sensitive   = true
}

resource "sendgrid_api_key" "newsletter" {
  name   = "Newsletter"
  scopes = ["mail.send"]
}

resource "sendgrid_api_key" "newsletter_eu" {
  provider = sendgrid.eu

  name   = "Newsletter"
  scopes = ["mail.send"]
}
