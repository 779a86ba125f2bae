terraform {
  required_providers {
    sendgrid = {
      source  = "terraform-sendgrid/sendgrid"
      version = "~> 0.1"
    }
  }
}

variable "api_key_id" {
  description = "The id of a key that was created elsewhere."
  type        = string
}

import {
  to = sendgrid_api_key.newsletter
  id = var.api_key_id
}

# Terraform never receives the secret, so api_key is null.
resource "sendgrid_api_key" "newsletter" {
  name   = "Newsletter"
  scopes = ["mail.send"]
}
