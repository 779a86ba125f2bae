terraform {
  required_providers {
    sendgrid = {
      source  = "terraform-sendgrid/sendgrid"
      version = "~> 0.1"
    }
  }
}

# The variable is ephemeral, so neither plan nor state contains its value.
variable "sendgrid_credential" {
  description = "The API key that manages the other keys."
  type        = string
  sensitive   = true
  ephemeral   = true
}

provider "sendgrid" {
  api_key = var.sendgrid_credential
}

resource "sendgrid_api_key" "newsletter" {
  name   = "Newsletter"
  scopes = ["mail.send"]
}
