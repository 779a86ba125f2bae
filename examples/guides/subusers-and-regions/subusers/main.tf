terraform {
  required_providers {
    sendgrid = {
      source  = "terraform-sendgrid/sendgrid"
      version = "~> 0.1"
    }
  }
}

provider "sendgrid" {} # credential of the parent account

variable "subusers" {
  description = "Usernames of the subusers that send mail."
  type        = set(string)
  default     = ["newsletter-subuser", "shop-subuser"]
}

resource "sendgrid_api_key" "mail" {
  for_each = var.subusers

  name         = "Mail of ${each.key}"
  scopes       = ["mail.send"]
  on_behalf_of = each.key
}

output "mail_api_keys" {
  value     = { for subuser, key in sendgrid_api_key.mail : subuser => key.api_key }
  sensitive = true
}
