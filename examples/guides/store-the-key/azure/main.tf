terraform {
  required_providers {
    sendgrid = {
      source  = "terraform-sendgrid/sendgrid"
      version = "~> 0.1"
    }
    azurerm = {
      source  = "hashicorp/azurerm"
      version = ">= 4.23.0"
    }
  }
}

provider "azurerm" {
  features {}
}

variable "key_vault_id" {
  description = "The resource id of the key vault."
  type        = string
}

resource "sendgrid_api_key" "newsletter" {
  name            = "Newsletter"
  scopes          = ["mail.send"]
  secret_in_state = false

  # Pass the new key to the store before revoking the old one.
  lifecycle {
    create_before_destroy = true
  }
}

# The secret is available only in the run that creates the key.
ephemeral "sendgrid_api_key_secret" "newsletter" {
  id = sendgrid_api_key.newsletter.id
}

# Terraform sends a write-only value when its version changes. A new key has a new id,
# so the version changes with the key.
locals {
  key_version = parseint(substr(sha256(sendgrid_api_key.newsletter.id), 0, 7), 16)
}

resource "azurerm_key_vault_secret" "newsletter" {
  name         = "newsletter-sendgrid"
  key_vault_id = var.key_vault_id

  value_wo         = ephemeral.sendgrid_api_key_secret.newsletter.api_key
  value_wo_version = local.key_version
}
