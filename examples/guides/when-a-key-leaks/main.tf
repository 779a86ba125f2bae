terraform {
  required_providers {
    sendgrid = {
      source  = "terraform-sendgrid/sendgrid"
      version = "~> 0.1"
    }
  }
}

variable "leaked_id" {
  description = "The id of the leaked key."
  type        = string
}

data "sendgrid_api_key" "leaked" {
  id = var.leaked_id
}

output "leaked" {
  value = {
    name   = data.sendgrid_api_key.leaked.name
    scopes = data.sendgrid_api_key.leaked.scopes
  }
}
