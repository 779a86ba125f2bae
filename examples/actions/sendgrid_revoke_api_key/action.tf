terraform {
  required_version = ">= 1.14"

  required_providers {
    sendgrid = {
      source  = "terraform-sendgrid/sendgrid"
      version = "~> 0.1"
    }
  }
}

variable "leaked_id" {
  description = "The id of the key to revoke."
  type        = string
}

# Run: terraform apply -invoke=action.sendgrid_revoke_api_key.leaked -var leaked_id=ynfH3dkkSYfdvQRKIjcP5Q
action "sendgrid_revoke_api_key" "leaked" {
  config {
    id = var.leaked_id
  }
}
