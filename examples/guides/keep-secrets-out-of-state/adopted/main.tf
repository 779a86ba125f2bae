terraform {
  required_providers {
    sendgrid = {
      source = "terraform-sendgrid/sendgrid"
    }
  }
}

variable "api_key_id" {
  description = "Id of a key that was made elsewhere."
  type        = string
}

import {
  to = sendgrid_api_key.newsletter
  id = var.api_key_id
}

# Terraform has never seen its secret: api_key is null.
resource "sendgrid_api_key" "newsletter" {
  name   = "Newsletter"
  scopes = ["mail.send"]
}
