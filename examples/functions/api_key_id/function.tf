terraform {
  required_providers {
    sendgrid = {
      source = "terraform-sendgrid/sendgrid"
    }
  }
}

variable "leaked_api_key" {
  description = "An API key that was found where it should not be."
  type        = string
  sensitive   = true
}

# The id is no secret: it takes the key's place wherever a key has to be named.
output "leaked_id" {
  value = nonsensitive(provider::sendgrid::api_key_id(var.leaked_api_key))
}
