terraform {
  required_providers {
    sendgrid = {
      source = "terraform-sendgrid/sendgrid"
    }
  }
}

# Ephemeral, so that neither a plan nor the state holds it.
variable "sendgrid_credential" {
  description = "The API key that manages the others."
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
