terraform {
  required_providers {
    sendgrid = {
      source  = "terraform-sendgrid/sendgrid"
      version = "~> 0.1"
    }
  }
}

variable "account" {
  description = "The account whose keys to adopt: a subuser, or empty for the credential's own account."
  type        = string
  default     = ""
}

data "sendgrid_api_keys" "all" {
  on_behalf_of = var.account
}

# An import block for every key. The account before the slash overrides the provider's
# default account. Every key id is valid as the end of a resource name.
output "import_blocks" {
  value = join("\n", [for key in data.sendgrid_api_keys.all.api_keys : <<-EOT
    # ${jsonencode(key.name)}
    import {
      to = sendgrid_api_key.key_${key.id}
      id = "${var.account}/${key.id}"
    }
  EOT
  ])
}
