terraform {
  required_providers {
    sendgrid = {
      source  = "terraform-sendgrid/sendgrid"
      version = "~> 0.1"
    }
  }
}

# Read the scopes of the provider's credential, in its own account and in a subuser.
data "sendgrid_scopes" "own" {}

data "sendgrid_scopes" "shop" {
  on_behalf_of = "shop-subuser"
}

output "can_create_keys" {
  description = "Whether the credential is allowed to create keys, by account."
  value = {
    own  = contains(data.sendgrid_scopes.own.scopes, "api_keys.create")
    shop = contains(data.sendgrid_scopes.shop.scopes, "api_keys.create")
  }
}
