terraform {
  required_providers {
    sendgrid = {
      source  = "terraform-sendgrid/sendgrid"
      version = "~> 0.1"
    }
  }
}

variable "active" {
  description = "The key that the application uses: \"blue\" or \"green\"."
  type        = string
  default     = "blue"

  validation {
    condition     = contains(["blue", "green"], var.active)
    error_message = "The value must be blue or green."
  }
}

variable "rotated" {
  description = "The date of each key's last rotation. Change the date of the key that is not in use."
  type        = map(string)
  default = {
    blue  = "2026-09"
    green = "2026-11"
  }
}

# The key in use works at all times. Rotate the other one.
resource "sendgrid_api_key" "newsletter" {
  for_each = toset(["blue", "green"])

  name   = "Newsletter (${each.key})"
  scopes = ["mail.send"]

  rotate_when_changed = {
    rotated = var.rotated[each.key]
  }
}

# A resource that uses the key.
resource "terraform_data" "application" {
  input = sha256(sendgrid_api_key.newsletter[var.active].api_key)
}
