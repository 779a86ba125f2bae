terraform {
  required_providers {
    sendgrid = {
      source = "terraform-sendgrid/sendgrid"
    }
  }
}

variable "leaked_id" {
  description = "Id of the key that has leaked."
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
