terraform {
  required_providers {
    sendgrid = {
      source  = "terraform-sendgrid/sendgrid"
      version = "~> 0.1"
    }
  }
}

variable "teams" {
  description = "The teams that send mail."
  type        = set(string)
}

resource "sendgrid_api_key" "team" {
  for_each = var.teams

  name   = "team-${each.key}"
  scopes = ["mail.send"]

  lifecycle {
    create_before_destroy = true
  }
}

output "key_ids" {
  description = "The id of each team's key."
  value       = { for team, key in sendgrid_api_key.team : team => key.id }
}
