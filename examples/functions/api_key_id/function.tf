terraform {
  required_providers {
    sendgrid = {
      source  = "terraform-sendgrid/sendgrid"
      version = "~> 0.1"
    }
  }
}

variable "leaked_api_key" {
  description = "The leaked API key."
  type        = string
  sensitive   = true
}

# The id is not secret. Use it instead of the key to refer to the key.
output "leaked_id" {
  value = nonsensitive(provider::sendgrid::api_key_id(var.leaked_api_key))
}
