terraform {
  required_providers {
    sendgrid = {
      source = "terraform-sendgrid/sendgrid"
    }
  }
}

variable "active" {
  description = "Which of the two keys the application uses: \"blue\" or \"green\"."
  type        = string
  default     = "blue"

  validation {
    condition     = contains(["blue", "green"], var.active)
    error_message = "Must be blue or green."
  }
}

variable "rotated" {
  description = "When each key was rotated last. Change that of the key which is not in use."
  type        = map(string)
  default = {
    blue  = "2026-09"
    green = "2026-11"
  }
}

# Both keys work all the time. In turn, one is in use while the other is rotated.
resource "sendgrid_api_key" "newsletter" {
  for_each = toset(["blue", "green"])

  name   = "Newsletter (${each.key})"
  scopes = ["mail.send"]

  rotate_when_changed = {
    rotated = var.rotated[each.key]
  }
}

# Something that uses the key.
resource "terraform_data" "application" {
  input = sha256(sendgrid_api_key.newsletter[var.active].api_key)
}
