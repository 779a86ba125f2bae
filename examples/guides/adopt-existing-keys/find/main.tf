terraform {
  required_providers {
    sendgrid = {
      source = "terraform-sendgrid/sendgrid"
    }
  }
}

variable "account" {
  description = "Whose keys to adopt: empty for the account of the credential, or a subuser."
  type        = string
  default     = ""
}

data "sendgrid_api_keys" "all" {
  on_behalf_of = var.account
}

# An import block for every key. The account before the slash makes it independent
# of the provider's, and a key's id is always a valid end of a name.
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
